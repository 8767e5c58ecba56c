import { matchPath } from "react-router";
import { PLACES, type Place } from "./pages";

export interface Step {
  title: string;
  /** Where it leads; absent for the page that is shown. */
  to?: string;
}

/** The pages above the one at this path, and itself; nothing above what the navigation lists. */
export function findTrail(pathname: string): Step[] {
  const [first, ...above] = listPrefixes(pathname);
  const shown = first && findPlace(first);
  if (!shown) return [];
  const steps: Step[] = [{ title: shown.title }];
  if (shown.menu !== undefined) return steps;
  for (const to of above) {
    const place = findPlace(to);
    if (place) steps.unshift({ title: place.title, to });
    if (place?.menu !== undefined) break;
  }
  return steps;
}

/** The path and all that it is below, the longest first. */
function listPrefixes(pathname: string): string[] {
  const parts = pathname.split("/").filter(Boolean);
  return parts.map((_, index) => `/${parts.slice(0, parts.length - index).join("/")}`);
}

function findPlace(pathname: string): Place | undefined {
  return (
    PLACES.find((place) => place.path === pathname) ??
    PLACES.find((place) => matchPath(place.path, pathname))
  );
}
