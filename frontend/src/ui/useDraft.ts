import { useEffect, useState } from "react";
import { addNotice } from "../app/notices";

const RESTORED = "What you wrote before is here again.";

/** A text that is kept for this tab until it is cleared, also over the end of a session. */
export function useDraft(name: string, initial = ""): [string, (text: string) => void, () => void] {
  const [text, change, clear] = useDraftOf(name, initial);
  return [text, (next) => change(() => next), clear];
}

/** What is written in several fields, kept as a text is. */
export function useDraftOf<T>(
  name: string,
  initial: T,
): [T, (update: (now: T) => T) => void, () => void] {
  const key = keyOf(name);
  // Null while nothing differs from `initial`, which may change when it is read again.
  const [kept, setKept] = useState(() => load<T>(key));
  useEffect(() => {
    if (kept !== null) sayRestored();
    // Once, when the form is opened.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  useEffect(() => {
    if (kept === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(kept));
  }, [key, kept]);
  const change = (update: (now: T) => T) =>
    setKept((before) => {
      const next = update(before === null ? initial : before.value);
      return JSON.stringify(next) === JSON.stringify(initial) ? null : { value: next };
    });
  const clear = () => {
    sessionStorage.removeItem(key); // at once: the form may be gone before an effect runs
    setKept(null);
  };
  return [kept === null ? initial : kept.value, change, clear];
}

function load<T>(key: string): { value: T } | null {
  const stored = sessionStorage.getItem(key);
  try {
    const found = JSON.parse(stored ?? "null") as { value: T } | null;
    return found !== null && typeof found === "object" && "value" in found ? found : null;
  } catch {
    return null; // an older console's or somebody else's text under our key
  }
}

/** Whether something of that name is kept. */
export function hasDraft(name: string): boolean {
  return sessionStorage.getItem(keyOf(name)) !== null;
}

/** Tell, in one sentence however many fields it is, that a form holds what was written before. */
export function sayRestored(): void {
  addNotice({ type: "info", content: RESTORED }, "restored");
}

function keyOf(name: string): string {
  return `draft-${name}`;
}
