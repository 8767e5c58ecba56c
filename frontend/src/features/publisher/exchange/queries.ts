import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { read, type Reply, type Schemas } from "../../../api/client";
import { ApiProblem } from "../../../api/problem";
import { useConsole } from "../../../app/context";
import { useSend } from "../../../app/useSend";
import { countMeant, type BulkKind, type BulkFilter } from "./model";

const LINK = ["calendar-link"];
const PAGE = 100;

/** The caller's calendar link; null where there is none. */
export function useCalendarLink() {
  const { api } = useConsole();
  return useQuery({
    queryKey: LINK,
    queryFn: async ({ signal }) => {
      try {
        return (await read(api.GET("/api/v1/calendar-link", { signal }))).data;
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 404) return null;
        throw error;
      }
    },
  });
}

/** Make the link anew, or end it. */
export function useChangeCalendarLink() {
  const queries = useQueryClient();
  return useSend(
    async (api, change: "make" | "end") => {
      if (change === "make") await read(api.POST("/api/v1/calendar-link"));
      else await read(api.DELETE("/api/v1/calendar-link"));
    },
    { onSuccess: () => queries.invalidateQueries({ queryKey: LINK }) },
  );
}

/** How many own messages a bulk decision means now: all that the filter names are read. */
export function useMeantCount(kind: BulkKind, filter: BulkFilter) {
  const { api, me } = useConsole();
  return useQuery({
    queryKey: ["messages", "meant", kind, filter],
    gcTime: 0, // counted when it is asked
    queryFn: async ({ signal }) => {
      let [count, cursor] = [0, undefined as string | undefined];
      do {
        const query = { limit: PAGE, cursor, ...(filter.channel && { channel: filter.channel }) };
        const page: Reply<Schemas["MessagePage"]> = await read(
          api.GET("/api/v1/messages", { params: { query }, signal }),
        );
        const own = page.data.messages.filter(({ created_by: author }) => author === me.id);
        count += countMeant(kind, filter, own);
        cursor = page.data.next_cursor ?? undefined;
      } while (cursor);
      return count;
    },
  });
}

export interface BulkProgress {
  kind: BulkKind;
  filter: BulkFilter;
  /** Where it goes on; null for the first messages. */
  cursor: string | null;
  total: number;
  done: number;
  failed: Schemas["RefusedMessage"][];
  isRunning: boolean;
  isStopped: boolean;
  error: unknown;
}

/** Whether there is something left to go on with. */
export function isBrokenOff({ isStopped, error }: BulkProgress): boolean {
  return isStopped || error !== null;
}

const NOTHING_YET: Omit<BulkProgress, "kind" | "filter" | "total"> = {
  ...{ cursor: null, done: 0, failed: [], isRunning: true, isStopped: false, error: null },
};

/** Decides on all messages of a filter, request after request until none is left. */
export function useBulkDecision() {
  const { api } = useConsole();
  const queries = useQueryClient();
  const [progress, setProgress] = useState<BulkProgress | null>(null);
  const stop = useRef<AbortController | null>(null);

  const begin = (kind: BulkKind, filter: BulkFilter, total: number) =>
    run({ ...NOTHING_YET, kind, filter, total });
  const run = async (from: BulkProgress) => {
    const { signal } = (stop.current = new AbortController());
    let now: BulkProgress = { ...from, isRunning: true, isStopped: false, error: null };
    setProgress(now);
    try {
      do {
        const { data } = await decide(now, signal);
        now = {
          ...now,
          done: now.done + data.done,
          failed: [...now.failed, ...data.failed],
          cursor: data.next_cursor,
        };
        setProgress(now);
      } while (now.cursor);
    } catch (error) {
      now = { ...now, isStopped: signal.aborted, error: signal.aborted ? null : error };
    }
    setProgress({ ...now, isRunning: false });
    await queries.invalidateQueries({ queryKey: ["messages"] });
  };
  const decide = (
    { kind, filter: { status, channel }, cursor }: BulkProgress,
    signal: AbortSignal,
  ): Promise<Reply<Schemas["BulkResult"]>> => {
    if (kind === "retry" && channel) {
      return read(api.POST("/api/v1/messages:retry", { body: { channel, cursor }, signal }));
    }
    const body = { ...(status && { status }), ...(channel && { channel }), cursor };
    return read(api.POST("/api/v1/messages:cancel", { body, signal }));
  };
  const goOn = () => progress && run(progress);
  return { progress, begin, goOn, stop: () => stop.current?.abort() };
}
