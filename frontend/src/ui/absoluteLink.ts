const UNIT_MS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

interface Range {
  /** The parameter of the address that holds a relative range. */
  name: string;
  /** The relative range, such as "24h". */
  length: string;
}

/**
 * The address with `from` and `to` in place of a relative range, so that whoever opens it later
 * sees the same; an address that has a `from` keeps it.
 */
export function makeAbsolute(address: string, { name, length }: Range, now: Date): string {
  const url = new URL(address);
  const [, count, unit = ""] = /^(\d+)([smhd])$/.exec(length) ?? [];
  const from = new Date(now.getTime() - Number(count) * (UNIT_MS[unit] ?? Number.NaN));
  if (!url.searchParams.has("from")) url.searchParams.set("from", from.toISOString());
  if (!url.searchParams.has("to")) url.searchParams.set("to", now.toISOString());
  url.searchParams.delete(name);
  return url.href;
}
