import { RANGES, startOf, type Range } from "./model";

export const INTERVALS = ["minute", "hour", "day"] as const;
export type Interval = (typeof INTERVALS)[number];

/** What is counted, as the page's address has it. */
export interface SearchFilter {
  range: Range;
  /** "" leaves it to the API. */
  interval: Interval | "";
  user: string;
  found: "true" | "false" | "";
}

export function readFilter(state: Record<string, string>): SearchFilter {
  return {
    range: RANGES.find(({ id }) => id === state.range) ?? RANGES[1],
    interval: INTERVALS.find((known) => known === state.interval) ?? "",
    user: state.user ?? "",
    found: state.found === "true" || state.found === "false" ? state.found : "",
  };
}

/** The query of the API for a filter. */
export function buildQuery(filter: SearchFilter, now: Date) {
  return {
    from: startOf(filter.range, now),
    ...(filter.interval && { interval: filter.interval }),
    ...(filter.user && { user: filter.user }),
    ...(filter.found && { found: filter.found === "true" }),
  };
}
