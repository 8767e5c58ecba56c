import { describe, expect, it } from "vitest";
import {
  buildBars,
  buildQuery,
  countFilters,
  describeGone,
  flatten,
  mergeRows,
  readFilter,
  readPermalink,
  toggleColumn,
  type Histogram,
  type LogEntry,
  linkTo,
} from "./model";

const entry = (log_id: string, ts: string): LogEntry => ({
  log_id,
  ts,
  received_at: ts,
  severity: "INFO",
  text: log_id,
  attrs: {},
  source: "",
});

describe("the address of the logs", () => {
  it("holds the whole filter, attributes by their names", () => {
    const filter = readFilter({
      range: "24h",
      severity: "ERROR",
      "attr.http.method": "GET",
      sel: "x",
    });
    expect(buildQuery(filter)).toEqual({
      since: "24h",
      severity: "ERROR",
      attr: { "attr.http.method": "GET" },
    });
    expect(countFilters(filter)).toBe(2);
  });

  it("means the last hour when it says nothing, and absolute times when it has them", () => {
    expect(buildQuery(readFilter({}))).toEqual({ since: "1h" });
    const asked = { range: "1h", from: "2026-11-28T14:00:00Z", to: "2026-11-28T15:00:00Z" };
    expect(buildQuery(readFilter(asked))).toEqual({ since: asked.from, until: asked.to });
  });
});

describe("rows", () => {
  it("have each record once, newest first, and mark what came late", () => {
    const rows = mergeRows(
      [entry("b", "2026-11-28T14:00:30Z"), entry("a", "2026-11-28T14:00:00Z")],
      [
        entry("b", "2026-11-28T14:00:30Z"),
        entry("c", "2026-11-28T14:00:40Z"),
        entry("late", "2026-11-28T14:00:20Z"),
      ],
    );
    expect(rows.map(({ record, isLate }) => [record.log_id, isLate])).toEqual([
      ["c", false],
      ["b", false],
      ["late", true],
      ["a", false],
    ]);
  });
});

describe("the histogram", () => {
  it("has a bar for each bucket, with its warnings and errors", () => {
    const counts = { TRACE: 0, DEBUG: 1, INFO: 2, WARN: 3, ERROR: 4, FATAL: 5 };
    const bars = buildBars({ buckets: [{ at: "t", counts }] } as Histogram);
    expect(bars).toEqual([{ at: "t", total: 15, errors: 9, warnings: 3 }]);
  });
});

describe("attributes", () => {
  it("have the names that a filter takes", () => {
    expect(flatten({ http: { method: "GET" }, n: 1, tags: ["a"] })).toEqual([
      ["http.method", "GET"],
      ["n", "1"],
      ["tags", '["a"]'],
    ]);
  });
});

describe("a copied link", () => {
  const now = new Date("2026-12-01T12:00:00Z");
  const link = (query: string) => [
    ...new URL(linkTo(`https://example.com/console/logs${query}`, now)).searchParams,
  ];

  it("has absolute times in place of a relative range, and is not live", () => {
    expect(link("?range=15m&text=late&live=1")).toEqual([
      ["text", "late"],
      ["from", "2026-12-01T11:45:00.000Z"],
      ["to", "2026-12-01T12:00:00.000Z"],
    ]);
  });

  it("has the page's usual range where none is chosen", () => {
    expect(link("")).toEqual([
      ["from", "2026-12-01T11:00:00.000Z"],
      ["to", "2026-12-01T12:00:00.000Z"],
    ]);
  });

  it("keeps absolute times, and ends an open range", () => {
    expect(link("?from=2026-11-30T10:00:00Z")).toEqual([
      ["from", "2026-11-30T10:00:00Z"],
      ["to", "2026-12-01T12:00:00.000Z"],
    ]);
    expect(link("?from=2026-11-30T10:00:00Z&to=2026-11-30T11:00:00Z&sel=a")).toEqual([
      ["from", "2026-11-30T10:00:00Z"],
      ["to", "2026-11-30T11:00:00Z"],
      ["sel", "a"],
    ]);
  });
});

describe("a record that a link names and that is not there", () => {
  const now = new Date("2026-12-31T00:00:00Z");

  it("is past its retention, where that is known", () => {
    const gone = "This record is past its retention of 30 days.";
    expect(describeGone("2026-11-30T00:00:00Z", 30, now)).toBe(gone);
    expect(describeGone("2026-12-30T00:00:00Z", 30, now)).toContain("is not here");
    expect(describeGone("2026-11-30T00:00:00Z", null, now)).toContain("is not here");
  });
});

describe("the columns before a line's text", () => {
  it("keep their order, whichever is chosen last", () => {
    expect(toggleColumn(["severity"], "time")).toEqual(["time", "severity"]);
    expect(toggleColumn(["time", "severity"], "time")).toEqual(["severity"]);
  });
});

describe("a link to one record", () => {
  it("shows what was around it, with it chosen", () => {
    const query = readPermalink({ at: "2026-11-30T10:00:00.000Z", id: "a", tenant: "b", range: "1h" });
    expect(Object.fromEntries(new URLSearchParams(query ?? ""))).toEqual({
      tenant: "b",
      from: "2026-11-30T09:59:30.000Z",
      to: "2026-11-30T10:00:30.000Z",
      sel: "a",
    });
  });

  it("is none without a time or an id", () => {
    expect(readPermalink({ id: "a" })).toBeNull();
    expect(readPermalink({ at: "yesterday", id: "a" })).toBeNull();
    expect(readPermalink({ at: "2026-11-30T10:00:00.000Z" })).toBeNull();
  });
});
