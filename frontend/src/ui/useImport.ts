import { useRef, useState } from "react";
import type { Reply, Schemas } from "../api/client";
import { ApiProblem } from "../api/problem";
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
const MOST_RETRIES = 5;

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

/** A 503 says that not all rows were tried: the same request again goes on. */
async function insist<T>(send: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      const isBusy = error instanceof ApiProblem && [429, 503].includes(error.status);
      if (!isBusy || attempt > MOST_RETRIES) throw error;
      await wait((error.retryAfterS ?? 1) * 1000, signal);
    }
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("stopped", "AbortError"));
    });
  });
}
