import { useEffect } from "react";
import { useNavigate } from "react-router";
import { PLACES } from "./pages";
import { usePreferences } from "./preferences";

const NEXT_KEY_MS = 1000;

/** Pages listen for these names: `window.addEventListener("omnidata:live", …)`. */
export const PAGE_KEYS: Record<string, string> = {
  "/": "omnidata:filter",
  c: "omnidata:copy-curl",
  y: "omnidata:copy-link",
  t: "omnidata:live",
  n: "omnidata:new",
};

/** Ctrl K searches, `g` and a letter go to a page, other single letters are told to the page. */
export function useShortcuts(openSearch: () => void): void {
  const { shortcuts } = usePreferences();
  const navigate = useNavigate();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      openSearch();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [openSearch]);
  useEffect(() => {
    if (!shortcuts) return;
    let goesUntil = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === "g") {
        goesUntil = Date.now() + NEXT_KEY_MS;
        return;
      }
      const place = PLACES.find(({ key }) => key === event.key);
      if (Date.now() < goesUntil && place) {
        void navigate(place.path);
      } else if (PAGE_KEYS[event.key]) {
        const wasTaken = !window.dispatchEvent(
          new CustomEvent(PAGE_KEYS[event.key] as string, { cancelable: true }),
        );
        if (wasTaken) event.preventDefault();
      }
      goesUntil = 0;
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [shortcuts, navigate]);
}

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

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
