import type { RefObject } from "react";
import { isFirst, usePageKey } from "../app/pageKeys";

const LISTS = ".list";

/** `j` and `k` go from row to row of a list: to what opens the row, so that Enter opens it. */
export function useRowKeys(list: RefObject<HTMLElement | null>): void {
  usePageKey("omnidata:next-row", () => goToRow(list.current, 1));
  usePageKey("omnidata:previous-row", () => goToRow(list.current, -1));
}

/** Focus the row so many further in `list`; false where another list is meant. */
export function goToRow(list: HTMLElement | null, by: 1 | -1): boolean {
  const focused = document.activeElement?.closest(LISTS) ?? null;
  if (!list || (focused ? focused !== list : !isFirst(list, LISTS))) return false;
  const openers = [...list.querySelectorAll<HTMLElement>("tbody tr")]
    .map((row) => row.querySelector<HTMLElement>("th a, th button"))
    .filter((opener) => opener !== null);
  const row = document.activeElement?.closest("tr") ?? null;
  const at = openers.findIndex((opener) => opener.closest("tr") === row);
  const next = openers[at === -1 ? 0 : Math.min(Math.max(at + by, 0), openers.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return true;
}
