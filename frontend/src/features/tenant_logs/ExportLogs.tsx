import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import { useRef, useState } from "react";
import { read, type Api } from "../../api/client";
import { useConsole } from "../../app/context";
import { addNotice } from "../../app/notices";
import { download } from "../../ui/download";
import { buildQuery, type LogFilter } from "./model";

type Format = "ndjson" | "csv";
const MEDIA_TYPES: Record<Format, string> = { ndjson: "application/x-ndjson", csv: "text/csv" };

/** Saves all that the filter matches, not only what is shown. */
export function ExportLogs({ filter }: { filter: LogFilter }) {
  const { api } = useConsole();
  const [lines, setLines] = useState<number | null>(null);
  const stop = useRef<AbortController | null>(null);
  const begin = async (format: Format) => {
    stop.current = new AbortController();
    setLines(0);
    try {
      const text = await collect(api, filter, format, setLines, stop.current.signal);
      download(`logs.${format}`, text, MEDIA_TYPES[format]);
    } catch (error) {
      if (!stop.current.signal.aborted) {
        const content = error instanceof Error ? error.message : String(error);
        addNotice({ type: "error", header: "Nothing was exported", content });
      }
    } finally {
      setLines(null);
    }
  };
  if (lines !== null) {
    return (
      <Button onClick={() => stop.current?.abort()}>
        Stop: {lines.toLocaleString("en")} lines so far
      </Button>
    );
  }
  return (
    <ButtonDropdown
      items={[
        { id: "ndjson", text: "NDJSON" },
        { id: "csv", text: "CSV" },
      ]}
      onItemClick={({ detail }) => void begin(detail.id as Format)}
    >
      Export all
    </ButtonDropdown>
  );
}

async function collect(
  api: Api,
  filter: LogFilter,
  format: Format,
  onLines: (count: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const parts: string[] = [];
  let cursor: string | null = null;
  let lines = 0;
  do {
    const reply: { data: unknown; nextCursor: string | null } = await read(
      api.GET("/api/v1/logs/export", {
        params: {
          query: { ...buildQuery(filter), format, limit: 1000, ...(cursor && { cursor }) },
        },
        parseAs: "text",
        signal,
      }),
    );
    const part = String(reply.data ?? "");
    parts.push(part);
    lines += part.split("\n").length - 1;
    onLines(lines);
    cursor = reply.nextCursor;
  } while (cursor);
  return parts.join("");
}
