import type { Schemas } from "../../api/client";

export type Severity = Schemas["LogSeverity"];

export const SEVERITIES: Severity[] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
export const RANGES = ["15m", "1h", "24h", "7d"] as const;
export const DEFAULT_RANGE = "1h";
/** What begins the name of a filter that leaves records out, such as `not_attr.host`. */
const NOT = "not_";
const ATTRIBUTE = "attr.";

/** What the page asks for, as its address has it. */
export interface LogFilter {
  since: string;
  until: string;
  severity: Severity | "";
  text: string;
  source: string;
  notSource: string;
  tenant: string;
  /** By `attr.<key>`. */
  attributes: Record<string, string>;
  /** By `not_attr.<key>`. */
  notAttributes: Record<string, string>;
}

/** What may stand before the text of a row, in this order. */
export const COLUMNS = ["time", "severity", "source", "log_id"] as const;
export type Column = (typeof COLUMNS)[number];

/** The chosen columns with one more or less, in the order of all. */
export function toggleColumn(chosen: readonly string[], name: string): Column[] {
  return COLUMNS.filter((known) => chosen.includes(known) !== (known === name));
}

/** The columns that an address names, else those that are preferred. */
export function readColumns(named: string | undefined, preferred: readonly string[]): Column[] {
  const chosen = named?.split(",") ?? preferred;
  return COLUMNS.filter((known) => chosen.includes(known));
}

/** The filter that an address holds: absolute times win over a relative range. */
export function readFilter(state: Record<string, string>): LogFilter {
  return {
    since: state.from ?? state.range ?? DEFAULT_RANGE,
    until: state.to ?? "",
    severity: SEVERITIES.find((known) => known === state.severity) ?? "",
    text: state.text ?? "",
    source: state.source ?? "",
    notSource: state.not_source ?? "",
    tenant: state.tenant ?? "",
    attributes: pick(state, ATTRIBUTE),
    notAttributes: pick(state, NOT + ATTRIBUTE),
  };
}

/** The parameters whose names begin so and go on. */
function pick(state: Record<string, string>, beginning: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(state).filter(
      ([name]) => name.startsWith(beginning) && name.length > beginning.length,
    ),
  );
}

/** A filter that is set by a click, by the name that it has in the address. */
export interface Token {
  name: string;
  label: string;
}

/** The filters beside range, severity and text. */
export function listTokens(filter: LogFilter): Token[] {
  const kept = { ...(filter.source && { source: filter.source }), ...filter.attributes };
  const left = {
    ...(filter.notSource && { not_source: filter.notSource }),
    ...filter.notAttributes,
  };
  return [
    ...Object.entries(kept).map(([name, value]) => ({ name, label: `${name} = ${value}` })),
    ...Object.entries(left).map(([name, value]) => ({
      name,
      label: `${name.slice(NOT.length)} ≠ ${value}`,
    })),
  ];
}

/** The change of the address that keeps the records with a value alone, or leaves them out. */
export function narrowBy(
  state: Record<string, string>,
  field: string,
  value: string,
  isExcluded: boolean,
): Record<string, string | null> {
  const [set, contrary] = isExcluded ? [NOT + field, field] : [field, NOT + field];
  return { [set]: value, ...(state[contrary] === value && { [contrary]: null }) };
}

/** The change of the address that takes every filter away but the range. */
export function clearFilters(filter: LogFilter): Record<string, null> {
  const names = ["severity", "text", ...listTokens(filter).map(({ name }) => name)];
  return Object.fromEntries(names.map((name) => [name, null]));
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

/** The change of the address that begins to follow what arrives, for which a range has no end. */
export const FOLLOW = { live: "1", to: null } as const;

/** How many filters are set beside the range. */
export function countFilters(filter: LogFilter): number {
  const typed = [filter.severity, filter.text].filter(Boolean).length;
  return typed + listTokens(filter).length;
}

/** The query of the API for a filter. */
export function buildQuery(filter: LogFilter) {
  return {
    since: filter.since,
    ...(filter.until && { until: filter.until }),
    ...(filter.severity && { severity: filter.severity }),
    ...(filter.text && { text: filter.text }),
    ...(filter.source && { source: filter.source }),
    ...(filter.notSource && { not_source: filter.notSource }),
    ...(filter.tenant && { tenant_id: filter.tenant }),
    ...(Object.keys(filter.attributes).length && { attr: filter.attributes }),
    ...(Object.keys(filter.notAttributes).length && { not_attr: filter.notAttributes }),
  };
}
