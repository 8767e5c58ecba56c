import { isLosslessNumber } from "lossless-json";
import type { Schemas } from "../../api/client";
import { formatJson } from "../../api/json";
import { SEVERITIES } from "./address";

export type LogEntry = Schemas["LogEntry"];
export type Histogram = Schemas["LogHistogram"];

/** More rows than these are not kept on the screen. */
export const MOST_ROWS = 5000;
/** A record whose time is this much older than what was newest when it arrived came late. */
const LATE_MS = 5000;
/** The API takes no filter with a longer name or value. */
const MOST_FILTER_LENGTH = 256;
const DAY_MS = 86_400_000;

export function describeDays(days: number): string {
  return days === 1 ? "1 day" : `${days.toLocaleString("en")} days`;
}

/** Why a record that a link names is not there; `retentionDays` is null if it is not known. */
export function describeGone(until: string, retentionDays: number | null, now: Date): string {
  const ageDays = (now.getTime() - Date.parse(until)) / DAY_MS;
  return retentionDays !== null && ageDays > retentionDays
    ? `This record is past its retention of ${describeDays(retentionDays)}.`
    : "This record is not here: it was deleted, or these filters leave it out.";
}

export interface Row {
  record: LogEntry;
  /** It came after younger ones were shown. */
  isLate: boolean;
}

/** Every record once, newest first; those that came late are marked. */
export function mergeRows(read: readonly LogEntry[], tailed: readonly LogEntry[]): Row[] {
  const rows = new Map<string, Row>(
    read.map((record) => [record.log_id, { record, isLate: false }]),
  );
  let newest = Math.max(0, ...read.slice(0, 1).map(({ ts }) => Date.parse(ts)));
  for (const record of tailed) {
    const at = Date.parse(record.ts);
    if (!rows.has(record.log_id)) {
      rows.set(record.log_id, { record, isLate: newest > 0 && at < newest - LATE_MS });
    }
    newest = Math.max(newest, at);
  }
  return [...rows.values()].sort(byTime).slice(0, MOST_ROWS);
}

/** How many of these came late, by how much at most in seconds, and the newest of them. */
export function sumLate(
  rows: readonly Row[],
  seen: ReadonlySet<string>,
): { logIds: string[]; byS: number } {
  const late = rows.filter(({ record, isLate }) => isLate && !seen.has(record.log_id));
  const delaysMs = late.map(({ record }) => Date.parse(record.received_at) - Date.parse(record.ts));
  return {
    logIds: late.map(({ record }) => record.log_id),
    byS: Math.round(Math.max(0, ...delaysMs) / 1000),
  };
}

function byTime({ record: a }: Row, { record: b }: Row): number {
  return a.ts === b.ts ? b.log_id.localeCompare(a.log_id) : a.ts < b.ts ? 1 : -1;
}

export interface Bar {
  at: string;
  total: number;
  /** Errors and worse. */
  errors: number;
  warnings: number;
}

/** How many records are in the range; how far they were counted where they are too many. */
export function describeCount({ total, complete, approximate, scanned }: Histogram): string {
  const count = `${approximate ? "about " : ""}${total.toLocaleString("en")}`;
  return complete
    ? `${count} in range`
    : `${count} in the newest ${scanned.toLocaleString("en")} records alone`;
}

/** The bars of a histogram. */
export function buildBars(histogram: Histogram): Bar[] {
  return histogram.buckets.map(({ at, counts }) => ({
    at,
    total: SEVERITIES.reduce((sum, severity) => sum + counts[severity], 0),
    errors: counts.ERROR + counts.FATAL,
    warnings: counts.WARN,
  }));
}

export interface Attribute {
  /** The names that lead to it, joined by dots: `attr.<name>` is its filter. */
  name: string;
  value: string;
  /** Whether a filter can name it. */
  isFilter: boolean;
}

/** The values in a record's attributes as filters take them; of an array each member once. */
export function listAttributes(value: unknown, name = ""): Attribute[] {
  const members = listMembers(value);
  const found = members?.flatMap(([key, member]) =>
    listAttributes(member, [name, key].filter(Boolean).join(".")),
  );
  if (found?.length || (members && !name)) return removeTwins(found ?? []);
  const text = typeof value === "string" ? value : formatJson(value, 0);
  const isShort = Math.max(name.length, text.length) <= MOST_FILTER_LENGTH;
  return [{ name, value: text, isFilter: !members && value !== null && text !== "" && isShort }];
}

/** What is in an object or array, under its name; null for any other value. */
function listMembers(value: unknown): [string, unknown][] | null {
  if (Array.isArray(value)) return value.map((member: unknown) => ["", member]);
  if (typeof value !== "object" || value === null || isLosslessNumber(value)) return null;
  return Object.entries(value);
}

function removeTwins(attributes: Attribute[]): Attribute[] {
  const known = new Map<string, Attribute>();
  for (const attribute of attributes) {
    known.set(JSON.stringify([attribute.name, attribute.value]), attribute);
  }
  return [...known.values()];
}
