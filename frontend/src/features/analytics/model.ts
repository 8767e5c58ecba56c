import type { BarChartProps } from "@cloudscape-design/components/bar-chart";
import type { Schemas } from "../../api/client";

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

/** Found and missed searches, one above the other. */
export function buildSeries(report: SearchReport): BarChartProps<string>["series"] {
  const label = (at: string) => at.slice(5, 16).replace("T", " ");
  return [
    {
      title: "Found",
      type: "bar",
      data: report.series.map(({ at, found }) => ({ x: label(at), y: found })),
    },
    {
      title: "Missed",
      type: "bar",
      data: report.series.map(({ at, missed }) => ({ x: label(at), y: missed })),
    },
  ];
}
