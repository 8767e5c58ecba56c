import { read } from "../../../api/client";
import { useConsole } from "../../../app/context";
import { ExportAll, type ReadPart } from "../../../ui/ExportAll";
import type { MessageFilter } from "../queries";

/** Saves all own messages that the list's filter matches. */
export function ExportMessages({ filter: { status, channel } }: { filter: MessageFilter }) {
  const { api } = useConsole();
  const filters = { ...(status && { status }), ...(channel && { channel }) };
  const readPart: ReadPart = (format, cursor, signal) =>
    read(
      api.GET("/api/v1/messages:export", {
        params: { query: { ...filters, format, ...(cursor && { cursor }) } },
        parseAs: "text",
        signal,
      }),
    );
  return <ExportAll name="messages" read={readPart} />;
}
