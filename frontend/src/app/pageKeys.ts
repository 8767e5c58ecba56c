import { useEffect } from "react";
import { addNotice } from "./notices";

/** Pages listen for these names: `window.addEventListener("omnidata:live", …)`. */
export const PAGE_KEYS: Record<string, string> = {
  "/": "omnidata:filter",
  c: "omnidata:copy-curl",
  y: "omnidata:copy-link",
  t: "omnidata:live",
  n: "omnidata:new",
  j: "omnidata:next",
  k: "omnidata:previous",
};

/** What these keys do, for the list of them. */
export const KEY_TEXTS: [string, string][] = [
  ["Ctrl K", "search: pages, actions and any id"],
  ["/", "go to the filter"],
  ["c", "copy the page's last request as curl"],
  ["y", "copy a link to what is shown"],
  ["t", "live on or off, in the logs; goes on after a pause"],
  ["n", "write a new one, in the calendar and the templates"],
  ["m", "move the message at hand, in the calendar"],
  ["arrows, j, k", "go from row to row, or from day to day"],
  ["Enter, Esc", "open and close"],
  ["?", "this list"],
];

/** Do what a page does at the key whose `name` is in `PAGE_KEYS`. */
export function usePageKey(name: string, act: () => void): void {
  useEffect(() => {
    const onKey = (event: Event) => {
      event.preventDefault();
      act();
    };
    window.addEventListener(name, onKey);
    return () => window.removeEventListener(name, onKey);
  }, [name, act]);
}

/** Copy a text, and say so or that the browser did not let it. */
export async function copyAndSay(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    addNotice({ type: "success", content: `${what} is copied.` }, "copied");
  } catch {
    addNotice({ type: "error", content: "The browser did not let it be copied." }, "copied");
  }
}
