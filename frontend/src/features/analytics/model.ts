import type { Schemas } from "../../api/client";
import type { Bar } from "../../ui/StackedBars";

export type SearchReport = Schemas["SearchReport"];

export interface Range {
  id: string;
  text: string;
  seconds: number;
}

export const RANGES = [
  { id: "1h", text: "1 h", seconds: 3600 },
  { id: "24h", text: "24 h", seconds: 86_400 },
  { id: "7d", text: "7 d", seconds: 604_800 },
  { id: "30d", text: "30 d", seconds: 2_592_000 },
] as const satisfies Range[];

/** When a range begins, as the API takes it. */
export function startOf(range: Range, now: Date): string {
  return new Date(now.getTime() - range.seconds * 1000).toISOString();
}

/** What the parts of a bar are. */
export const PARTS = ["Found", "Missed"];

/** Found and missed searches, one above the other. */
export function buildBars(report: SearchReport): Bar[] {
  return report.series.map(({ at, found, missed }) => ({
    label: at.slice(5, 16).replace("T", " "),
    counts: [found, missed],
  }));
}
