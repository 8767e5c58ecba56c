import { useQuery, useQueryClient } from "@tanstack/react-query";
import { read, type Api } from "../../../api/client";
import { useConsole } from "../../../app/context";
import { useSend } from "../../../app/useSend";
import { usePoll } from "../../../app/usePoll";
import { usePages } from "../../../ui/usePages";
import type { NewSeries, OccurrenceChange, Series, SeriesChange } from "./model";

const PAGE = 50;
const SHOWN = 20; // occurrences of a series

export function useSeriesList() {
  const { api } = useConsole();
  return usePages({
    key: ["series"],
    read: (cursor, signal) =>
      read(api.GET("/api/v1/series", { params: { query: { limit: PAGE, cursor } }, signal })),
    cursorOf: (page) => page.next_cursor,
  });
}

export function useSeries(id: string) {
  const { api } = useConsole();
  return useQuery({
    queryKey: ["series", id],
    enabled: id !== "",
    queryFn: ({ signal }) =>
      read(
        api.GET("/api/v1/series/{series_id}", {
          params: { path: { series_id: id }, query: { occurrences: SHOWN } },
          signal,
        }),
      ),
  });
}

/** What is to come in a range and is no message yet. */
export function useOccurrences(range: { from: string; to: string }, everyMs: number) {
  const { api } = useConsole();
  return usePoll({
    key: ["series", "occurrences", range],
    read: (signal) => read(api.GET("/api/v1/occurrences", { params: { query: range }, signal })),
    everyMs,
  });
}

export function useCreateSeries() {
  return useChange((api, { series, key }: { series: NewSeries; key: string }) =>
    read(
      api.POST("/api/v1/series", { params: { header: { "Idempotency-Key": key } }, body: series }),
    ),
  );
}

/** Change all that is to come, of the version that was shown only. */
export function useChangeSeries(series: Series) {
  return useChange((api, body: SeriesChange) =>
    read(api.PATCH("/api/v1/series/{series_id}", { params: matching(series), body })),
  );
}

export function useEndSeries() {
  return useChange((api, series: Series) =>
    read(api.DELETE("/api/v1/series/{series_id}", { params: matching(series) })),
  );
}

interface OfOne {
  seriesId: string;
  at: string;
  /** Null skips it. */
  change: OccurrenceChange | null;
}

export function useChangeOccurrence() {
  return useChange(async (api, { seriesId, at, change }: OfOne) => {
    const params = { path: { series_id: seriesId, at } };
    const path = "/api/v1/series/{series_id}/occurrences/{at}";
    await (change
      ? read(api.PATCH(path, { params, body: change }))
      : read(api.DELETE(path, { params })));
  });
}

function matching({ id, rev }: Series) {
  return { path: { series_id: id }, header: { "If-Match": `"${rev}"` } };
}

function useChange<Given, Result>(change: (api: Api, given: Given) => Promise<Result>) {
  const queries = useQueryClient();
  return useSend(change, {
    onSuccess: () => queries.invalidateQueries({ queryKey: ["series"] }),
  });
}
