import type { Schemas } from "../../api/client";

export type LogEntry = Schemas["LogEntry"];
export type Severity = Schemas["LogSeverity"];
export type Histogram = Schemas["LogHistogram"];

export const SEVERITIES: Severity[] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
export const RANGES = ["15m", "1h", "24h", "7d"] as const;
export const DEFAULT_RANGE = "1h";
/** More rows than these are not kept on the screen. */
export const MOST_ROWS = 5000;
/** A record whose time is this much older than what was newest when it arrived came late. */
const LATE_MS = 5000;
const ATTRIBUTE = "attr.";

/** What the page asks for, as its address has it. */
export interface LogFilter {
  since: string;
  until: string;
  severity: Severity | "";
  text: string;
  source: string;
  tenant: string;
  /** By `attr.<key>`. */
  attributes: Record<string, string>;
}

/** What may stand before the text of a row, in this order. */
export const COLUMNS = ["time", "severity", "source", "log_id"] as const;

/** The chosen columns with one more or less, in the order of all. */
export function toggleColumn(chosen: readonly string[], name: string): string[] {
  return COLUMNS.filter((known) => chosen.includes(known) !== (known === name));
}

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

/** The filter that an address holds: absolute times win over a relative range. */
export function readFilter(state: Record<string, string>): LogFilter {
  const attributes = Object.entries(state).filter(([name]) => name.startsWith(ATTRIBUTE));
  return {
    since: state.from ?? state.range ?? DEFAULT_RANGE,
    until: state.to ?? "",
    severity: SEVERITIES.find((known) => known === state.severity) ?? "",
    text: state.text ?? "",
    source: state.source ?? "",
    tenant: state.tenant ?? "",
    attributes: Object.fromEntries(attributes),
  };
}

const AROUND_MS = 30_000;

/** The range around a moment, as an address has it. */
export function rangeAround(at: number): { from: string; to: string } {
  return {
    from: new Date(at - AROUND_MS).toISOString(),
    to: new Date(at + AROUND_MS).toISOString(),
  };
}

/** The query that shows what a link to one record (`at` and `id`) names; null if it names none. */
export function readPermalink({ at, id, ...rest }: Record<string, string>): string | null {
  const moment = Date.parse(at ?? "");
  if (!id || Number.isNaN(moment)) return null;
  const query = new URLSearchParams({ ...rest, ...rangeAround(moment), sel: id });
  query.delete("range");
  return query.toString();
}

const UNIT_MS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The address of a page of logs with its range in absolute times, for somebody who opens it later. */
export function linkTo(address: string, now: Date): string {
  const url = new URL(address);
  const { since, until } = readFilter(Object.fromEntries(url.searchParams));
  const [, length, unit = ""] = /^(\d+)([smhd])$/.exec(since) ?? [];
  const from = length ? new Date(now.getTime() - Number(length) * (UNIT_MS[unit] ?? 0)) : null;
  url.searchParams.delete("range");
  url.searchParams.delete("live");
  url.searchParams.set("from", from?.toISOString() ?? since);
  url.searchParams.set("to", until || now.toISOString());
  return url.href;
}

/** How many filters are set beside the range. */
export function countFilters(filter: LogFilter): number {
  const single = [filter.severity, filter.text, filter.source].filter(Boolean).length;
  return single + Object.keys(filter.attributes).length;
}

/** The query of the API for a filter. */
export function buildQuery(filter: LogFilter) {
  return {
    since: filter.since,
    ...(filter.until && { until: filter.until }),
    ...(filter.severity && { severity: filter.severity }),
    ...(filter.text && { text: filter.text }),
    ...(filter.source && { source: filter.source }),
    ...(filter.tenant && { tenant_id: filter.tenant }),
    ...(Object.keys(filter.attributes).length && { attr: filter.attributes }),
  };
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

/** The bars of a histogram. */
export function buildBars(histogram: Histogram): Bar[] {
  return histogram.buckets.map(({ at, counts }) => ({
    at,
    total: SEVERITIES.reduce((sum, severity) => sum + counts[severity], 0),
    errors: counts.ERROR + counts.FATAL,
    warnings: counts.WARN,
  }));
}

/** The attributes of a record by their joined names, as filters take them. */
export function flatten(attrs: object, prefix = ""): [string, string][] {
  return Object.entries(attrs).flatMap(([name, value]): [string, string][] => {
    const key = `${prefix}${name}`;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return flatten(value as object, `${key}.`);
    }
    return [[key, typeof value === "string" ? value : JSON.stringify(value)]];
  });
}
