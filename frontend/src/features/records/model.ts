/** What a user_id may be, as the API has it. */
const ID_RULE = /^[A-Za-z0-9_.@+-]{1,128}$/;

/** What is wrong with an id, in one sentence; null if it is fine. */
export function checkId(userId: string): string | null {
  if (!userId) return "Enter a user ID.";
  return ID_RULE.test(userId) ? null : "1 to 128 letters, digits and _ . @ + -";
}

export interface DiffLine {
  kind: "same" | "removed" | "added";
  text: string;
}

/** Which lines differ between two texts: the longest common subsequence of their lines. */
export function compareLines(before: string, after: string): DiffLine[] {
  const [old, fresh] = [before.split("\n"), after.split("\n")];
  const lengths = measureCommon(old, fresh);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      lines.push({ kind: "same", text: old[i] as string });
      i += 1;
      j += 1;
    } else if (
      j >= fresh.length ||
      (i < old.length && at(lengths, i + 1, j) >= at(lengths, i, j + 1))
    ) {
      lines.push({ kind: "removed", text: old[i] as string });
      i += 1;
    } else {
      lines.push({ kind: "added", text: fresh[j] as string });
      j += 1;
    }
  }
  return lines;
}

/** `lengths[i][j]` is how many lines `old` from i and `fresh` from j have in common. */
function measureCommon(old: string[], fresh: string[]): number[][] {
  const lengths = Array.from({ length: old.length + 1 }, () =>
    new Array<number>(fresh.length + 1).fill(0),
  );
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = fresh.length - 1; j >= 0; j -= 1) {
      (lengths[i] as number[])[j] =
        old[i] === fresh[j]
          ? at(lengths, i + 1, j + 1) + 1
          : Math.max(at(lengths, i + 1, j), at(lengths, i, j + 1));
    }
  }
  return lengths;
}

function at(lengths: number[][], i: number, j: number): number {
  return lengths[i]?.[j] ?? 0;
}
