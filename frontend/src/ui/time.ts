export type Zone = "local" | "utc";

const pad = (value: number, width = 2) => String(value).padStart(width, "0");

/** `2026-11-28 14:03:22.123` in the zone. */
export function formatTime(at: Date, zone: Zone): string {
  const shift = zone === "utc" ? 0 : -at.getTimezoneOffset() * 60_000;
  const there = new Date(at.getTime() + shift);
  const day = `${there.getUTCFullYear()}-${pad(there.getUTCMonth() + 1)}-${pad(there.getUTCDate())}`;
  const clock = [there.getUTCHours(), there.getUTCMinutes(), there.getUTCSeconds()].map((part) =>
    pad(part),
  );
  return `${day} ${clock.join(":")}.${pad(there.getUTCMilliseconds(), 3)}`;
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "long" });

/** "14 minutes ago", "in 3 days". */
export function formatAge(at: Date, now: Date): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return RELATIVE.format(Math.trunc(seconds / size), unit);
}

/** What the tooltip of a time in `zone` says: the time in the other zone, and its age. */
export function describeMoment(at: Date, zone: Zone): string {
  const other = zone === "utc" ? "local" : "utc";
  const name = other === "utc" ? "UTC" : "local time";
  return `${formatTime(at, other)} ${name}, ${formatAge(at, new Date())}`;
}

/** "3 min", from seconds. */
export function formatDuration(seconds: number | null): string {
  if (seconds === null) return "–";
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
