import { read } from "../../api/client";
import { useConsole } from "../../app/context";
import { ExportAll, type ReadPart } from "../../ui/ExportAll";
import { buildQuery, type LogFilter } from "./address";

/** Saves all that the filter matches, not only what is shown. */
export function ExportLogs({ filter, total }: { filter: LogFilter; total: number | null }) {
  const { api } = useConsole();
  const readPart: ReadPart = (format, cursor, signal) =>
    read(
      api.GET("/api/v1/logs/export", {
        params: {
          query: { ...buildQuery(filter), format, limit: 1000, ...(cursor && { cursor }) },
        },
        parseAs: "text",
        signal,
      }),
    );
  return <ExportAll name="logs" read={readPart} total={total} />;
}
