import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { read, type Api, type Schemas } from "../../api/client";
import { ApiProblem } from "../../api/problem";
import { useConsole } from "../../app/context";
import { keyOf, splitRows, type ImportFormat, type Part } from "./importing";

export interface Progress {
  total: number;
  done: number;
  added: number;
  refused: Schemas["ImportRow"][];
  isRunning: boolean;
  error: unknown;
}

const TYPES: Record<ImportFormat, string> = { ndjson: "application/x-ndjson", csv: "text/csv" };
const MOST_RETRIES = 5;

/** An import in parts. Begun again with the same text it goes on where it was. */
export function useImport() {
  const { api } = useConsole();
  const queries = useQueryClient();
  const [progress, setProgress] = useState<Progress | null>(null);
  const stop = useRef<AbortController | null>(null);

  const begin = async (text: string, format: ImportFormat) => {
    const parts = splitRows(text, format);
    const { signal } = (stop.current = new AbortController());
    const total = parts.reduce((sum, { rows }) => sum + rows, 0);
    let now: Progress = { total, done: 0, added: 0, refused: [], isRunning: true, error: null };
    setProgress(now);
    try {
      for (const part of parts) {
        now = addResult(now, part, await send(api, part, format, signal));
        setProgress(now);
      }
    } catch (error) {
      now = { ...now, error: signal.aborted ? null : error };
    }
    setProgress({ ...now, isRunning: false });
    await queries.invalidateQueries({ queryKey: ["records"] });
  };
  return { progress, begin, stop: () => stop.current?.abort() };
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
async function send(
  api: Api,
  part: Part,
  format: ImportFormat,
  signal: AbortSignal,
): Promise<Schemas["RecordImportResult"]> {
  const key = await keyOf(part);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const reply = await read(
        api.POST("/api/v1/records:import", {
          params: { header: { "Idempotency-Key": key } },
          headers: { "Content-Type": TYPES[format] },
          body: part.body as never,
          signal,
        }),
      );
      return reply.data;
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
