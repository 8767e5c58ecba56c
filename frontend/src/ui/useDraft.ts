import { useEffect, useState } from "react";
import { addNotice } from "../app/notices";

const RESTORED = "What you wrote before is here again.";

/** A text that is kept for this tab until it is cleared, also over the end of a session. */
export function useDraft(name: string, initial = ""): [string, (text: string) => void, () => void] {
  const key = keyOf(name);
  // Null while nothing differs from `initial`, which may change when it is read again.
  const [kept, setKept] = useState(() => sessionStorage.getItem(key));
  useEffect(() => {
    if (kept !== null) sayRestored();
    // Once, when the form is opened.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  useEffect(() => {
    if (kept === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, kept);
  }, [key, kept]);
  const setText = (text: string) => setKept(text === initial ? null : text);
  const clear = () => {
    sessionStorage.removeItem(key); // at once: the form may be gone before an effect runs
    setKept(null);
  };
  return [kept ?? initial, setText, clear];
}

/** Whether a text of that name is kept. */
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
