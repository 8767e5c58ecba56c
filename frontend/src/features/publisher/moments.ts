import { inZone, type LocalTime } from "./model";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** What a local time of a zone is: a zone skips an hour in spring, and has one twice in autumn. */
export interface Moment {
  at: Date;
  kind: "once" | "skipped" | "twice";
}

/** The moment that is meant, as the API takes it: of two the first, for a skipped one that later. */
export function findMoment({ localTime, timeZone }: LocalTime): Moment | null {
  const asUtc = Date.parse(`${localTime}Z`);
  if (Number.isNaN(asUtc)) return null;
  const before = offsetMs(asUtc - DAY_MS, timeZone);
  const after = offsetMs(asUtc + DAY_MS, timeZone);
  const found = [before, after].filter((offset) => offsetMs(asUtc - offset, timeZone) === offset);
  const moments = new Set(found.map((offset) => asUtc - offset));
  if (moments.size === 0) return { at: new Date(asUtc - before), kind: "skipped" };
  return { at: new Date(Math.min(...moments)), kind: moments.size > 1 ? "twice" : "once" };
}

/** How much later it is in the zone than in UTC at a moment, in full minutes. */
function offsetMs(at: number, zone: string): number {
  const [date, time] = inZone(new Date(at).toISOString(), zone);
  return Date.parse(`${date}T${time}Z`) - Math.floor(at / MINUTE_MS) * MINUTE_MS;
}

/** What is meant by a local time, in words; "" while it is none. */
export function describeMoment(time: LocalTime): string {
  const moment = findMoment(time);
  if (!moment) return "";
  const [date, utc] = inZone(moment.at.toISOString(), "UTC");
  const is = `= ${date === time.localTime.slice(0, 10) ? "" : `${date} `}${utc} UTC`;
  const [, local = ""] = time.localTime.split("T");
  const city = time.timeZone.split("/").at(-1)?.replaceAll("_", " ") ?? time.timeZone;
  if (moment.kind === "skipped") {
    const [, used] = inZone(moment.at.toISOString(), time.timeZone);
    return `${is}. ${local} does not exist on that day in ${city}: ${used} is used.`;
  }
  return moment.kind === "twice"
    ? `${is}. ${local} comes twice in ${city}: the first is used.`
    : is;
}
