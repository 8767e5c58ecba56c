import type { Schemas } from "../../api/client";

export type DeadLetter = Schemas["DeadLetter"];

export interface ReasonGroup {
  /** The reason as a filter of the address. */
  reason: string;
  count: number;
}

export function describeReason(letter: DeadLetter): string {
  return `${letter.reason.code}: ${letter.reason.message}`;
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

/** How many of these died again of what was given back after `since`. */
export function countDiedAgain(letters: readonly DeadLetter[], since: string): number {
  return letters.filter(({ redriven }) => redriven && redriven.last_at > since).length;
}

/** Letters as NDJSON, to keep before they are deleted. */
export function exportLetters(letters: readonly DeadLetter[]): string {
  return letters.map((letter) => `${JSON.stringify(letter)}\n`).join("");
}
