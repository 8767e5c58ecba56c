import type { Schemas } from "../../api/client";

export type UsageDay = Schemas["TenantUsageDay"];

export const SPANS = ["7", "30", "90"] as const;

/** How long an old key may still work after a rotation, by its seconds; a week is the most. */
export const GRACES: Record<string, string> = {
  "0": "no longer",
  "3600": "for 1 hour",
  "86400": "for 24 hours",
  "604800": "for 7 days, the most",
};
export const DEFAULT_GRACE = "86400";

/** How much of today's quota is used, in percent, at most 100; null without a quota. */
export function shareOfQuota(today: UsageDay | undefined, perDay: number): number | null {
  if (perDay <= 0) return null;
  return Math.min(100, (100 * (today?.records ?? 0)) / perDay);
}

/** What was refused and why, most first: "3 no_text, 1 too_large". */
export function describeRejects(rejected: Record<string, number>): string {
  const entries = Object.entries(rejected).filter(([, count]) => count > 0);
  entries.sort(([, a], [, b]) => b - a);
  return entries.map(([reason, count]) => `${count.toLocaleString("en")} ${reason}`).join(", ");
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** "1.0 MiB"; "–" where bytes were not counted. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) return "–";
  const power = bytes < 1024 ? 0 : Math.floor(Math.log2(bytes) / 10);
  const unit = Math.min(power, UNITS.length - 1);
  return `${(bytes / 1024 ** unit).toFixed(unit ? 1 : 0)} ${UNITS[unit]}`;
}
