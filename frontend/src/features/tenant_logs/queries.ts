import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { read } from "../../api/client";
import { useConsole } from "../../app/context";
import { usePoll } from "../../app/usePoll";
import { usePages } from "../../ui/usePages";
import { buildQuery, type LogFilter } from "./address";

/** The most that the API gives at once. */
export const PAGE = 1000;
const BUCKETS = 60;
const HISTOGRAM_MS = 10_000;

export function useLogs(filter: LogFilter, enabled: boolean) {
  const { api } = useConsole();
  return usePages({
    key: ["logs", filter],
    enabled,
    read: (cursor, signal) =>
      read(
        api.GET("/api/v1/logs", {
          params: { query: { ...buildQuery(filter), order: "newest", limit: PAGE, cursor } },
          signal,
        }),
      ),
    cursorOf: (page) => page.next_cursor,
  });
}

export function useHistogram(filter: LogFilter, isLive: boolean, enabled: boolean) {
  const { api } = useConsole();
  return usePoll({
    key: ["histogram", filter],
    enabled,
    read: (signal) =>
      read(
        api.GET("/api/v1/logs/histogram", {
          params: { query: { ...buildQuery(filter), buckets: BUCKETS } },
          signal,
        }),
      ),
    everyMs: isLive && HISTOGRAM_MS,
  });
}

export function useFacets(filter: LogFilter, enabled: boolean) {
  const { api } = useConsole();
  return useQuery({
    queryKey: ["facets", filter],
    enabled,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      read(
        api.GET("/api/v1/logs/facets", { params: { query: { ...buildQuery(filter) } }, signal }),
      ),
  });
}
