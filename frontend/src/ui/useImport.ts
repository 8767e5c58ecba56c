import { useRef, useState } from "react";
import type { Reply, Schemas } from "../api/client";
import { insist } from "./insist";
import { splitRows, type ImportFormat, type Part } from "./importing";

export interface Progress {
  /** Whether rows were only judged. */
  isCheck: boolean;
  total: number;
  done: number;
  added: number;
  refused: Schemas["ImportRow"][];
  isRunning: boolean;
  error: unknown;
}

/** Send a part of a file to the API; `index` is its place among the parts of the `whole`. */
export type SendPart = (sent: {
  part: Part;
  index: number;
  whole: string;
  contentType: string;
  signal: AbortSignal;
}) => Promise<Reply<Schemas["RecordImportResult"]>>;

const TYPES: Record<ImportFormat, string> = { ndjson: "application/x-ndjson", csv: "text/csv" };

/** An import in parts, or a check of one. Begun again with the same text it goes on where it was. */
export function useImport(onDone: () => Promise<unknown>) {
  const [progress, setProgress] = useState<Progress | null>(null);
  const stop = useRef<AbortController | null>(null);

  const begin = async (text: string, format: ImportFormat, send: SendPart, isCheck = false) => {
    const parts = splitRows(text, format);
    const { signal } = (stop.current = new AbortController());
    const total = parts.reduce((sum, { rows }) => sum + rows, 0);
    const nothing = { total, done: 0, added: 0, refused: [], isRunning: true, error: null };
    let now: Progress = { isCheck, ...nothing };
    setProgress(now);
    try {
      for (const [index, part] of parts.entries()) {
        const sent = { part, index, whole: text, contentType: TYPES[format], signal };
        now = addResult(now, part, (await insist(() => send(sent), signal)).data);
        setProgress(now);
      }
    } catch (error) {
      now = { ...now, error: signal.aborted ? null : error };
    }
    setProgress({ ...now, isRunning: false });
    await onDone();
  };
  return {
    progress,
    begin,
    stop: () => stop.current?.abort(),
    forget: () => setProgress(null),
  };
}

function addResult(before: Progress, part: Part, result: Schemas["RecordImportResult"]): Progress {
  return {
    ...before,
    done: before.done + part.rows,
    added: before.added + result.added,
    refused: [
      ...before.refused,
      ...result.rows.map((row) => ({ ...row, row: row.row + part.shift })),
    ],
  };
}
