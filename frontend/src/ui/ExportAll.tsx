import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import { useRef, useState } from "react";
import type { Reply } from "../api/client";
import { ApiProblem, asSentence } from "../api/problem";
import { addNotice } from "../app/notices";
import { download } from "./download";
import { insist } from "./insist";

export type Format = "ndjson" | "csv";
const MEDIA_TYPES: Record<Format, string> = { ndjson: "application/x-ndjson", csv: "text/csv" };

/** Read the part that `cursor` names, as text; the first without one. */
export type ReadPart = (
  format: Format,
  cursor: string | null,
  signal: AbortSignal,
) => Promise<Reply<unknown>>;

interface Props {
  /** Of the file, without its ending. */
  name: string;
  read: ReadPart;
  /** How many there are, if that is known. */
  total?: number | null;
}

/** Saves all that the filter matches, not only what is shown, part by part. */
export function ExportAll({ name, read, total = null }: Props) {
  const [lines, setLines] = useState<number | null>(null);
  const stop = useRef<AbortController | null>(null);
  const begin = async (format: Format) => {
    stop.current = new AbortController();
    setLines(0);
    try {
      const text = await collect(read, format, setLines, stop.current.signal);
      download(`${name}.${format}`, text, MEDIA_TYPES[format]);
    } catch (error) {
      if (!stop.current.signal.aborted) {
        addNotice({ type: "error", header: "Nothing was exported", content: describe(error) });
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
      Export all{total ? ` ${total.toLocaleString("en")}` : ""}
    </ButtonDropdown>
  );
}

function describe(error: unknown): string {
  const said = asSentence(error instanceof Error ? error.message : String(error));
  const id = error instanceof ApiProblem ? error.requestId : null;
  return `${said} Export again in a moment.${id ? ` Request id ${id}.` : ""}`;
}

async function collect(
  read: ReadPart,
  format: Format,
  onLines: (count: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const parts: string[] = [];
  let cursor: string | null = null;
  let lines = 0;
  do {
    const from = cursor;
    const reply: Reply<unknown> = await insist(() => read(format, from, signal), signal);
    const part = String(reply.data ?? "");
    parts.push(part);
    lines += part.split("\n").length - 1;
    onLines(lines);
    cursor = reply.nextCursor;
  } while (cursor);
  return parts.join("");
}
