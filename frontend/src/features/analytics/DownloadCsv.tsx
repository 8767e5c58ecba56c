import Button from "@cloudscape-design/components/button";
import { useMutation } from "@tanstack/react-query";
import { read } from "../../api/client";
import { useConsole } from "../../app/context";
import { addNotice } from "../../app/notices";
import { download } from "../../ui/download";
import { buildQuery, type SearchFilter } from "./filter";

/** Saves the series as CSV; its times are UTC. */
export function DownloadCsv({ filter }: { filter: SearchFilter }) {
  const { api } = useConsole();
  const save = useMutation({
    mutationFn: () =>
      read(
        api.GET("/api/v1/analytics/searches", {
          params: { query: { ...buildQuery(filter, new Date()), format: "csv" } },
          parseAs: "text",
        }),
      ),
    onSuccess: ({ data }) => download("searches.csv", String(data), "text/csv"),
    onError: ({ message }) =>
      addNotice({ type: "error", header: "Nothing was saved", content: message }),
  });
  return (
    <Button iconName="download" loading={save.isPending} onClick={() => save.mutate()}>
      CSV
    </Button>
  );
}
