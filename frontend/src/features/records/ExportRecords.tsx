import { read } from "../../api/client";
import { useConsole } from "../../app/context";
import { ExportAll, type ReadPart } from "../../ui/ExportAll";

/** Saves all records whose id begins with `prefix`; an import takes the NDJSON back. */
export function ExportRecords({ prefix }: { prefix: string }) {
  const { api } = useConsole();
  const readPart: ReadPart = (format, cursor, signal) =>
    read(
      api.GET("/api/v1/records:export", {
        params: { query: { format, ...(prefix && { prefix }), ...(cursor && { cursor }) } },
        parseAs: "text",
        signal,
      }),
    );
  return <ExportAll name="records" read={readPart} />;
}
