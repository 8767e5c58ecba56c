import { useEffect, useRef, useState } from "react";
import { read, type Api } from "../../api/client";
import { ApiProblem } from "../../api/problem";
import { useConsole } from "../../app/context";
import { buildQuery, type LogFilter } from "./address";
import { MOST_ROWS, type LogEntry } from "./model";

const EVERY_MS = 2000;
const QUIET_MS = 5000;
const QUIET_AFTER_MS = 60_000;
const PAGE = 500;
/** What arrived this long before the tail begins is read as well: it is shown once all the same. */
const OVERLAP_S = "30s";

export interface Tail {
  records: LogEntry[];
  at: Date | undefined;
  error: Error | null;
}

const NONE: Tail = { records: [], at: undefined, error: null };

/**
 * What arrives while `isLive`, in the order of arrival, each record once whatever its time: the
 * cursor of `order=arrival&tail=true` forgets nothing. Nothing is read while the page is hidden,
 * and at once when it is shown again.
 */
export function useTail(filter: LogFilter, isLive: boolean): Tail {
  const { api, session } = useConsole();
  const [tail, setTail] = useState<Tail>(NONE);
  const cursor = useRef<string | null>(null);
  const key = JSON.stringify(filter);

  useEffect(() => {
    cursor.current = null;
    setTail(NONE);
  }, [key]);

  useEffect(() => {
    if (!isLive) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    let lastNewsMs = Date.now();
    let isLooking = false;
    const look = async () => {
      if (isLooking) return;
      isLooking = true;
      clearTimeout(timer);
      let waitMs = 0;
      if (!document.hidden && session.getState().status === "signed-in") {
        try {
          const page = await readArrivals(
            api,
            JSON.parse(key) as LogFilter,
            cursor.current,
            stop.signal,
          );
          cursor.current = page.cursor ?? cursor.current;
          if (page.records.length) lastNewsMs = Date.now();
          setTail((before) => addArrivals(before, page.records));
        } catch (error) {
          if (stop.signal.aborted) return;
          setTail((before) => ({ ...before, error: error as Error }));
          if (error instanceof ApiProblem) {
            waitMs = (error.retryAfterS ?? 0) * 1000;
            if (error.status === 400) cursor.current = null; // as of another version's API
          }
        }
      }
      isLooking = false;
      if (stop.signal.aborted) return;
      const isQuiet = Date.now() - lastNewsMs > QUIET_AFTER_MS;
      timer = setTimeout(() => void look(), Math.max(waitMs, isQuiet ? QUIET_MS : EVERY_MS));
    };
    const onShown = () => void (document.hidden || look());
    document.addEventListener("visibilitychange", onShown);
    void look();
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onShown);
    };
  }, [api, session, key, isLive]);

  return tail;
}

/** The same array where nothing arrived: the rows are not put in order again. */
function addArrivals({ records }: Tail, arrived: LogEntry[]): Tail {
  return {
    records: arrived.length ? [...records, ...arrived].slice(-MOST_ROWS) : records,
    at: new Date(),
    error: null,
  };
}

/** All that arrived since `cursor`. */
async function readArrivals(
  api: Api,
  filter: LogFilter,
  cursor: string | null,
  signal: AbortSignal,
): Promise<{ records: LogEntry[]; cursor: string | null }> {
  const records: LogEntry[] = [];
  let next = cursor;
  for (;;) {
    const { data } = await read(
      api.GET("/api/v1/logs", {
        params: {
          query: {
            ...buildQuery({ ...filter, since: OVERLAP_S, until: "" }),
            order: "arrival",
            tail: true,
            limit: PAGE,
            ...(next && { cursor: next }),
          },
        },
        signal,
      }),
    );
    records.push(...data.logs);
    next = data.next_cursor ?? next;
    if (data.logs.length < PAGE) return { records, cursor: next };
  }
}
