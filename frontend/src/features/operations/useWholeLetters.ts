import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useConsole } from "../../app/context";
import type { DeadLetter } from "./model";
import { readLetter } from "./queries";

/** Reads the letters whose text a list shows the beginning of; the others are whole already. */
export function useWholeLetters(queue: string) {
  const { api } = useConsole();
  const [progress, setProgress] = useState({ done: 0, total: 0 });
  const stopping = useRef<AbortController | null>(null);
  const reading = useMutation({
    mutationFn: async (letters: readonly DeadLetter[]) => {
      const { signal } = (stopping.current = new AbortController());
      const total = letters.filter(({ truncated }) => truncated).length;
      const whole: DeadLetter[] = [];
      let done = 0;
      for (const letter of letters) {
        setProgress({ done, total });
        if (letter.truncated) {
          whole.push((await readLetter(api, queue, letter.id, signal)).data);
          done += 1;
        } else whole.push(letter);
      }
      return whole;
    },
  });
  return { ...reading, ...progress, stop: () => stopping.current?.abort() };
}
