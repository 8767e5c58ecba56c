import { useEffect } from "react";

const LOOK_UP = "omnidata:look-up";

/** Open the search with an id. */
export function lookUp(id: string): void {
  window.dispatchEvent(new CustomEvent(LOOK_UP, { detail: id }));
}

/** Call `open` with each id that is to be looked up. */
export function useLookUps(open: (id: string) => void): void {
  useEffect(() => {
    const onAsked = (event: Event) => open((event as CustomEvent<string>).detail);
    window.addEventListener(LOOK_UP, onAsked);
    return () => window.removeEventListener(LOOK_UP, onAsked);
  }, [open]);
}
