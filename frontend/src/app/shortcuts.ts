import { useEffect } from "react";
import { useNavigate } from "react-router";
import { copyAndSay, PAGE_KEYS } from "./pageKeys";
import { PLACES } from "./pages";
import { usePreferences } from "./preferences";

const NEXT_KEY_MS = 1000;

/** Ctrl K searches, `?` lists the keys, `g` and a letter go to a page; the page is told of others. */
export function useShortcuts(openSearch: () => void, openHelp: () => void): void {
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
      if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target)) return;
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
        else if (event.key === "y") void copyAndSay(location.href, "The link");
      } else if (event.key === "?") {
        openHelp();
      }
      goesUntil = 0;
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [shortcuts, navigate, openHelp]);
}

const DIALOG = '[role="dialog"][aria-modal="true"]';

/** Whether a key is meant for a field or a dialog. */
function isTaken(target: EventTarget | null): boolean {
  return isTyping(target) || document.querySelector(DIALOG) !== null;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
