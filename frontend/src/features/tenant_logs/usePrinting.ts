import { useEffect, useState } from "react";
import { flushSync } from "react-dom";

const PAPER = "print";

/** Whether the page is being printed, or shown as it will be; set before the browser lays it out. */
export function usePrinting(): boolean {
  const [isPrinting, setPrinting] = useState(() => window.matchMedia(PAPER).matches);
  useEffect(() => {
    const paper = window.matchMedia(PAPER);
    const note = () => flushSync(() => setPrinting(paper.matches));
    const begin = () => flushSync(() => setPrinting(true));
    const end = () => setPrinting(false);
    paper.addEventListener("change", note);
    window.addEventListener("beforeprint", begin);
    window.addEventListener("afterprint", end);
    return () => {
      paper.removeEventListener("change", note);
      window.removeEventListener("beforeprint", begin);
      window.removeEventListener("afterprint", end);
    };
  }, []);
  return isPrinting;
}
