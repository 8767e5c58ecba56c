import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { ApiProblem } from "../api/problem";
import { useConsole } from "./context";
import { pauseMs } from "./queryClient";

const MISSING_MS = 10_000;

interface Poll<T> {
  key: readonly unknown[];
  read: (signal: AbortSignal) => Promise<T>;
  /** How long to wait after a response; false ends the polling, as of an order that is done. */
  everyMs: number | false | ((data: T | undefined) => number | false);
  enabled?: boolean;
}

/** Whether the session goes on; nothing is polled once it ended. */
export function useSignedIn(): boolean {
  const { session } = useConsole();
  return useSyncExternalStore(session.subscribe, session.getState).status === "signed-in";
}

/**
 * Read again and again while the page is looked at: none while it is hidden, at once when it is
 * shown again, and none after the session ended or an error that stays. While a part is away, the
 * pauses grow.
 */
export function usePoll<T>({ key, read, everyMs, enabled = true }: Poll<T>): UseQueryResult<T> {
  const isLive = useSignedIn();
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => read(signal),
    enabled: enabled && isLive,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: "always",
    refetchIntervalInBackground: false,
    refetchInterval: (query) => {
      if (!isLive) return false;
      const chosenMs = typeof everyMs === "function" ? everyMs(query.state.data) : everyMs;
      const { error } = query.state;
      if (error === null) return chosenMs;
      if (isMissing(error)) return chosenMs && Math.max(chosenMs, MISSING_MS); // it may come yet
      return pauseMs(query);
    },
  });
}

function isMissing(error: Error): boolean {
  return error instanceof ApiProblem && error.status === 404;
}
