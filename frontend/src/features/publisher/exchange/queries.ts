import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { read, type Reply, type Schemas } from "../../../api/client";
import { ApiProblem } from "../../../api/problem";
import { useConsole } from "../../../app/context";
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
  const { api } = useConsole();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (change: "make" | "end") => {
      if (change === "make") await read(api.POST("/api/v1/calendar-link"));
      else await read(api.DELETE("/api/v1/calendar-link"));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: LINK }),
  });
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
  total: number;
  done: number;
  failed: Schemas["RefusedMessage"][];
  isRunning: boolean;
  isStopped: boolean;
  error: unknown;
}

/** Decides on all messages of a filter, request after request until none is left. */
export function useBulkDecision() {
  const { api } = useConsole();
  const queries = useQueryClient();
  const [progress, setProgress] = useState<BulkProgress | null>(null);
  const stop = useRef<AbortController | null>(null);

  const begin = async (kind: BulkKind, filter: BulkFilter, total: number) => {
    const { signal } = (stop.current = new AbortController());
    let now: BulkProgress = {
      ...{ kind, total, done: 0, failed: [], isRunning: true, isStopped: false, error: null },
    };
    setProgress(now);
    let cursor: string | null = null;
    try {
      do {
        const { data }: Reply<Schemas["BulkResult"]> = await decide(kind, filter, cursor, signal);
        now = { ...now, done: now.done + data.done, failed: [...now.failed, ...data.failed] };
        setProgress(now);
        cursor = data.next_cursor;
      } while (cursor);
    } catch (error) {
      now = { ...now, isStopped: signal.aborted, error: signal.aborted ? null : error };
    }
    setProgress({ ...now, isRunning: false });
    await queries.invalidateQueries({ queryKey: ["messages"] });
  };
  const decide = (
    kind: BulkKind,
    { status, channel }: BulkFilter,
    cursor: string | null,
    signal: AbortSignal,
  ) => {
    if (kind === "retry" && channel) {
      return read(api.POST("/api/v1/messages:retry", { body: { channel, cursor }, signal }));
    }
    const body = { ...(status && { status }), ...(channel && { channel }), cursor };
    return read(api.POST("/api/v1/messages:cancel", { body, signal }));
  };
  return { progress, begin, stop: () => stop.current?.abort() };
}
