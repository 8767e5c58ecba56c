import { useEffect, useState } from "react";

/** A text that is kept for this tab until it is cleared, also over the end of a session. */
export function useDraft(name: string, initial = ""): [string, (text: string) => void, () => void] {
  const key = `draft-${name}`;
  const [text, setText] = useState(() => sessionStorage.getItem(key) ?? initial);
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
