import { RANGES, startOf, type Range } from "./model";

export const INTERVALS = ["minute", "hour", "day"] as const;
export type Interval = (typeof INTERVALS)[number];

/** What is counted, as the page's address has it. */
export interface SearchFilter {
  range: Range;
  /** An absolute range in its place; "" where it is relative. */
  from: string;
  to: string;
  /** "" leaves it to the API. */
  interval: Interval | "";
  user: string;
  found: "true" | "false" | "";
}

export function readFilter(state: Record<string, string>): SearchFilter {
  return {
    range: RANGES.find(({ id }) => id === state.range) ?? RANGES[1],
    from: readTime(state.from),
    to: readTime(state.to),
    interval: INTERVALS.find((known) => known === state.interval) ?? "",
    user: state.user ?? "",
    found: state.found === "true" || state.found === "false" ? state.found : "",
  };
}

function readTime(text = ""): string {
  return Number.isNaN(Date.parse(text)) ? "" : text;
}

/** The query of the API for a filter. */
export function buildQuery(filter: SearchFilter, now: Date) {
  return {
    from: filter.from || startOf(filter.range, now),
    ...(filter.to && { to: filter.to }),
    ...(filter.interval && { interval: filter.interval }),
    ...(filter.user && { user: filter.user }),
    ...(filter.found && { found: filter.found === "true" }),
  };
}
