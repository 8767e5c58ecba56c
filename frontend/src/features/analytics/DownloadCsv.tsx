import Button from "@cloudscape-design/components/button";
import { useMutation } from "@tanstack/react-query";
import { read } from "../../api/client";
import { useConsole } from "../../app/context";
import { download } from "../../ui/download";
import { buildQuery, type SearchFilter } from "./filter";

/** Reads the series as CSV and saves it; its times are UTC. */
export function useCsv(filter: SearchFilter) {
  const { api } = useConsole();
  return useMutation({
    mutationFn: () =>
      read(
        api.GET("/api/v1/analytics/searches", {
          params: { query: { ...buildQuery(filter, new Date()), format: "csv" } },
          parseAs: "text",
        }),
      ),
    onSuccess: ({ data }) => download("searches.csv", String(data), "text/csv"),
  });
}

/** Its failure is told where the page has the room. */
export function DownloadCsv({ csv }: { csv: ReturnType<typeof useCsv> }) {
  return (
    <Button iconName="download" loading={csv.isPending} onClick={() => csv.mutate()}>
      CSV
    </Button>
  );
}
