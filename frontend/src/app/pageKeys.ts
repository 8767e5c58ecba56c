import { useEffect } from "react";
import { addNotice } from "./notices";

/** Pages listen for these names: `window.addEventListener("omnidata:live", …)`. */
export const PAGE_KEYS: Record<string, string> = {
  "/": "omnidata:filter",
  c: "omnidata:copy-curl",
  y: "omnidata:copy-link",
  t: "omnidata:live",
  n: "omnidata:new",
  j: "omnidata:next-row",
  k: "omnidata:previous-row",
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

/**
 * Do what a page does at the key whose `name` is in `PAGE_KEYS`. Of several parts that listen, all
 * are asked; one that is not meant returns false.
 */
export function usePageKey(name: string, act: () => unknown): void {
  useEffect(() => {
    const onKey = (event: Event) => {
      if (act() !== false) event.preventDefault();
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

/** Whether an element is the first of its kind on the page: a key is meant for that one. */
export function isFirst(element: Element | null, selector: string): boolean {
  return element !== null && document.querySelector(selector) === element;
}
