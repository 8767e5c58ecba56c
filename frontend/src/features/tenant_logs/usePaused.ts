import { useCallback, useState, useSyncExternalStore, type RefObject } from "react";
import type { LogEntry } from "./model";

interface Paused {
  isPaused: boolean;
  /** What was there when the pause began; all of it while there is none. */
  shown: LogEntry[];
  /** How many came since. */
  waiting: number;
  /** Changes when the pause is ended by hand: the rows begin at their newest again. */
  round: number;
  goOn: (alsoDo: () => void) => void;
}

/** Holds new rows back while somebody reads older ones. */
export function usePaused(records: LogEntry[], isReading: boolean): Paused {
  const [held, setHeld] = useState<LogEntry[] | null>(null);
  const [round, setRound] = useState(0);
  if (isReading && held === null) setHeld(records);
  if (!isReading && held !== null) setHeld(null);
  const shown = held ?? records;
  return {
    isPaused: held !== null,
    shown,
    waiting: countSince(records, shown),
    round,
    goOn: (alsoDo) => {
      alsoDo();
      document.getSelection()?.removeAllRanges();
      setHeld(null);
      setRound(round + 1);
    },
  };
}

/** How many of the records came after the last one of `shown`; the oldest may be gone already. */
export function countSince(records: readonly LogEntry[], shown: readonly LogEntry[]): number {
  const last = shown.at(-1);
  return records.length - 1 - (last ? records.lastIndexOf(last) : -1);
}

/** Whether some of the text in an element is selected, as by somebody who copies it. */
export function useHasSelection(element: RefObject<HTMLElement | null>): boolean {
  const read = useCallback(() => {
    const selection = document.getSelection();
    const isSome = selection !== null && !selection.isCollapsed;
    return isSome && (element.current?.contains(selection.anchorNode) ?? false);
  }, [element]);
  return useSyncExternalStore(subscribeToSelection, read);
}

function subscribeToSelection(listener: () => void): () => void {
  document.addEventListener("selectionchange", listener);
  return () => document.removeEventListener("selectionchange", listener);
}
