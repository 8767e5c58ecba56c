import { useEffect, useState } from "react";
import { addNotice } from "../app/notices";

const RESTORED = "What you wrote before is here again.";

/** A text that is kept for this tab until it is cleared, also over the end of a session. */
export function useDraft(name: string, initial = ""): [string, (text: string) => void, () => void] {
  const key = keyOf(name);
  const [text, setText] = useState(() => sessionStorage.getItem(key) ?? initial);
  useEffect(() => {
    if (hasDraft(name)) sayRestored();
    // Once, when the form is opened.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  useEffect(() => {
    if (text === initial) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  }, [key, text, initial]);
  const clear = () => {
    sessionStorage.removeItem(key);
    setText(initial);
  };
  return [text, setText, clear];
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
