import type { Schemas } from "../../api/client";

export type DeadLetter = Schemas["DeadLetter"];
export type DeadLetterResult = Schemas["DeadLetterResult"];
export type RedriveJob = Schemas["RedriveJob"];

const ROW_LENGTH = 200; // characters

/** So long it is looked for what dies again. */
export const WATCHED_MS = 60_000;

export interface ReasonGroup {
  /** The reason as a filter of the address. */
  reason: string;
  count: number;
}

export function describeReason(letter: DeadLetter): string {
  return `${letter.reason.code}: ${letter.reason.message}`;
}

/** As much of a letter's text as a row shows; the whole is in its dialog. */
export function beginningOf({ body, truncated }: DeadLetter): string {
  return truncated || body.length > ROW_LENGTH ? `${body.slice(0, ROW_LENGTH)} …` : body;
}

/** Letters by their reason, the most frequent first. */
export function groupByReason(letters: readonly DeadLetter[]): ReasonGroup[] {
  const counts = new Map<string, number>();
  for (const letter of letters) {
    const reason = describeReason(letter);
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts]
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count || a.reason.localeCompare(b.reason));
}

/** The letters that a filter leaves. */
export function filterLetters(
  letters: readonly DeadLetter[],
  { reason, text }: { reason: string; text: string },
): DeadLetter[] {
  const wanted = text.toLowerCase();
  return letters.filter(
    (letter) =>
      (!reason || describeReason(letter) === reason) &&
      (!wanted || `${letter.id} ${letter.body}`.toLowerCase().includes(wanted)),
  );
}

/** When a letter of these was last given back to its queue; "" if none was. */
export function findLastRedrive(letters: readonly DeadLetter[]): string {
  return letters.reduce((last, { redriven }) => {
    return redriven && redriven.last_at > last ? redriven.last_at : last;
  }, "");
}

/** How many of these died again of what was given back after `since`, and at `until` at the latest. */
export function countDiedAgain(
  letters: readonly DeadLetter[],
  since: string,
  until = "9999",
): number {
  return letters.filter(
    ({ redriven }) => redriven && redriven.last_at > since && redriven.last_at <= until,
  ).length;
}

/** What became of the rest of the chosen letters, such as "; 2 no longer there". */
export function describeRest({ missing, failed }: DeadLetterResult, verb: string): string {
  const rest = [
    missing.length && `${missing.length} no longer there`,
    failed.length && `${failed.length} not ${verb}`,
  ].filter(Boolean);
  return rest.map((text) => `; ${text}`).join("");
}

/** The latest redrive of a whole queue; null if none is known. */
export function findLatestJob(jobs: readonly RedriveJob[], queue: string): RedriveJob | null {
  const own = jobs.filter((job) => job.queue === queue);
  return own.sort((a, b) => b.started_at.localeCompare(a.started_at))[0] ?? null;
}

/** Whether letters may still die again of a job: it runs, or ended less than a minute ago. */
export function isWatched(job: RedriveJob | null, now: Date): boolean {
  if (job === null) return false;
  return job.status === "running" || now.getTime() - Date.parse(job.updated_at) < WATCHED_MS;
}

/** Letters as NDJSON, to keep before they are deleted. */
export function exportLetters(letters: readonly DeadLetter[]): string {
  return letters.map((letter) => `${JSON.stringify(letter)}\n`).join("");
}
