import { useEffect, useRef } from "react";
import { useLocation } from "react-router";

/** After a change of page the heading has the focus and its text is spoken. */
export function RouteAnnouncer() {
  const { pathname } = useLocation();
  const isFirst = useRef(true);
  const spoken = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    const timer = setTimeout(() => {
      const heading = document.querySelector("#content h1");
      if (!(heading instanceof HTMLElement)) return;
      heading.tabIndex = -1;
      heading.focus();
      if (spoken.current) spoken.current.textContent = heading.textContent;
    }, 100); // a page that is loaded lazily has its heading a moment later
    return () => clearTimeout(timer);
  }, [pathname]);
  return <div ref={spoken} aria-live="polite" className="unseen" />;
}
