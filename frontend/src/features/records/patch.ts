import { isLosslessNumber } from "lossless-json";
import { formatJson, parseJson } from "../../api/json";

type Members = Record<string, unknown>;

/**
 * The JSON merge patch (RFC 7396) that leads from one JSON object to another; null if there is none,
 * as a patch cannot set a member to null: it would remove it.
 */
export function buildPatch(before: string, after: string): Members | null {
  const patch = compare(parseJson(before) as Members, parseJson(after) as Members);
  delete patch.removed.user_id; // the API keeps it
  const merged = { ...patch.set, ...patch.removed };
  return patch.isWhole ? merged : null;
}

interface Difference {
  set: Members;
  removed: Record<string, null>;
  /** Whether a patch can say all of it. */
  isWhole: boolean;
}

function compare(before: Members, after: Members): Difference {
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  const found: Difference = {
    set: {},
    removed: Object.fromEntries(gone.map((name) => [name, null])),
    isWhole: true,
  };
  for (const [name, value] of Object.entries(after)) {
    const old = Object.hasOwn(before, name) ? before[name] : undefined;
    if (old !== undefined && formatJson(old, 0) === formatJson(value, 0)) continue;
    if (isMembers(old) && isMembers(value)) {
      const inner = compare(old, value);
      found.set[name] = { ...inner.set, ...inner.removed };
      found.isWhole &&= inner.isWhole;
    } else {
      found.set[name] = value;
      found.isWhole &&= !hasNull(value);
    }
  }
  return found;
}

/** Whether a null is a value of its own, or of an object that a patch would merge. */
function hasNull(value: unknown): boolean {
  return value === null || (isMembers(value) && Object.values(value).some(hasNull));
}

function isMembers(value: unknown): value is Members {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !isLosslessNumber(value)
  );
}
