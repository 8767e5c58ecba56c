import type { Schemas } from "../../../api/client";
import { buildWritten, describeSend, type Channel, type Draft, type MessageStatus } from "../model";

export type Series = Schemas["MessageSeries"];
export type Occurrence = Schemas["SeriesOccurrence"];
export type NewSeries = Schemas["NewSeries"];
export type SeriesChange = Schemas["SeriesChange"];
export type OccurrenceChange = Schemas["OccurrenceChange"];

export const FREQUENCIES = {
  "": "does not repeat",
  DAILY: "every day",
  WEEKLY: "every week",
  MONTHLY: "every month",
  YEARLY: "every year",
  RULE: "by a rule of its own",
} as const;
export type Frequency = keyof typeof FREQUENCIES;
export const WEEKDAYS = {
  MO: "Mon",
  TU: "Tue",
  WE: "Wed",
  TH: "Thu",
  FR: "Fri",
  SA: "Sat",
  SU: "Sun",
};
const UNITS: Record<string, [string, string]> = {
  DAILY: ["day", "days"],
  WEEKLY: ["week", "weeks"],
  MONTHLY: ["month", "months"],
  YEARLY: ["year", "years"],
};

/** How a message repeats, as the fields have it. */
export interface Repeat {
  freq: Frequency;
  /** Written by hand, with parts that the fields do not have. */
  rule: string;
  /** Of a weekly one; none for the day on which it begins. */
  weekdays: string[];
  end: "count" | "until";
  count: string;
  /** `2026-12-31`. */
  until: string;
}

export const NO_REPEAT: Repeat = {
  freq: "",
  rule: "",
  weekdays: [],
  end: "count",
  count: "10",
  until: "",
};

/** The rule of the fields; null while they are none. */
export function buildRule(repeat: Repeat): string | null {
  if (!repeat.freq) return null;
  if (repeat.freq === "RULE") return repeat.rule.trim() || null;
  const days = repeat.freq === "WEEKLY" && repeat.weekdays.length ? repeat.weekdays : [];
  const until = repeat.until.replaceAll("-", "");
  if (repeat.end === "until" ? !/^\d{8}$/.test(until) : !/^[1-9]\d*$/.test(repeat.count)) {
    return null;
  }
  return [
    `FREQ=${repeat.freq}`,
    ...(days.length ? [`BYDAY=${days.join(",")}`] : []),
    repeat.end === "until" ? `UNTIL=${until}` : `COUNT=${repeat.count}`,
  ].join(";");
}

const SIMPLE =
  /^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(?:;BYDAY=((?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:MO|TU|WE|TH|FR|SA|SU))*))?;(?:COUNT=(\d+)|UNTIL=(\d{4})(\d{2})(\d{2}))$/;

/** The fields that show a rule; one that they cannot say is shown as it is written. */
export function readRule(rrule: string): Repeat {
  const [, freq, days, count, ...until] = SIMPLE.exec(rrule) ?? [];
  const ownRule: Repeat = { ...NO_REPEAT, freq: "RULE", rule: rrule };
  if (!freq || (days && freq !== "WEEKLY")) return ownRule;
  return {
    ...ownRule,
    freq: freq as Frequency,
    weekdays: days?.split(",") ?? [],
    ...(count ? { count } : { end: "until", until: until.join("-") }),
  };
}

/** The series to post; null while it cannot be one yet. */
export function buildSeries(draft: Draft): NewSeries | null {
  const said = draft.filling ? null : buildWritten({ ...draft, when: "now" }); // without a time
  const rrule = buildRule(draft.repeat);
  if (!said || !rrule || draft.when !== "later" || !draft.localTime) return null;
  return { ...said, rrule, starts_at: draft.localTime, time_zone: draft.timeZone };
}

/** Whether the message that is written is to be a series. */
export function isRepeated(draft: Draft): boolean {
  return !draft.filling && draft.when === "later" && draft.repeat.freq !== "";
}

/** What the button of the composer will do. */
export function describeSubmit(draft: Draft, needsApproval = false): string {
  if (!isRepeated(draft)) return describeSend(draft, needsApproval);
  return describeSend(draft).replace("Schedule", `Repeat ${FREQUENCIES[draft.repeat.freq]}`);
}

/** Those that a filter of messages shows: nothing is done with them yet, they are scheduled. */
export function pickOccurrences(
  occurrences: readonly Occurrence[],
  { status, channel }: { status: MessageStatus | ""; channel: Channel | "" },
): Occurrence[] {
  if (status && status !== "scheduled") return [];
  return occurrences.filter(
    ({ status: state, channels }) =>
      state !== "skipped" && (!channel || channels.includes(channel)),
  );
}

/** A rule in words, such as "every 2 weeks on Mon, Thu, 10 times". */
export function describeRule(rrule: string): string {
  const parts = new Map(rrule.split(";").map((part) => part.split("=") as [string, string]));
  const [one, many] = UNITS[parts.get("FREQ") ?? ""] ?? ["time", "times"];
  const interval = parts.get("INTERVAL") ?? "1";
  const words = [interval === "1" ? `every ${one}` : `every ${interval} ${many}`];
  const days = parts.get("BYDAY")?.split(",") ?? [];
  if (days.length) {
    words.push(`on ${days.map((day) => WEEKDAYS[day as keyof typeof WEEKDAYS] ?? day).join(", ")}`);
  }
  for (const [name, value] of parts) {
    if (["BYMONTHDAY", "BYMONTH", "BYSETPOS"].includes(name)) words.push(`${name}=${value}`);
  }
  const until = parts.get("UNTIL");
  const end = until
    ? `until ${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6, 8)}`
    : `${parts.get("COUNT")} times`;
  return `${words.join(" ")}, ${end}`;
}
