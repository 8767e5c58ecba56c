import { useState } from "react";
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
    waiting: records.length - shown.length,
    round,
    goOn: (alsoDo) => {
      alsoDo();
      setHeld(null);
      setRound(round + 1);
    },
  };
}
