import { useLayoutEffect, type RefObject } from "react";

const BELOW_PX = 42; // the layout's own margin

/**
 * Keeps in `--log-room` of an element how high its part that scrolls may be for the page itself not
 * to scroll: the window without all that is above and below, which changes as filters are set.
 */
export function useRoom(element: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const content = document.getElementById("content");
    const own = element.current;
    if (!content || !own) return;
    const measure = () => {
      const top = content.getBoundingClientRect().top + window.scrollY;
      const others = content.offsetHeight - own.offsetHeight;
      const room = Math.floor(window.innerHeight - top - others - BELOW_PX);
      own.style.setProperty("--log-room", `${room}px`);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(content);
    window.addEventListener("resize", measure);
    measure();
    return () => {
      observer.disconnect();
      window.removeEventListener("resize", measure);
    };
  }, [element]);
}
