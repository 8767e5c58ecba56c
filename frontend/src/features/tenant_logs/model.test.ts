import { LosslessNumber } from "lossless-json";
import { describe, expect, it } from "vitest";
import {
  buildBars,
  describeCount,
  describeGone,
  listAttributes,
  mergeRows,
  sumLate,
  type Histogram,
  type LogEntry,
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

describe("a record that a link names and that is not there", () => {
  const now = new Date("2026-12-31T00:00:00Z");

  it("is past its retention, where that is known", () => {
    const gone = "This record is past its retention of 30 days.";
    expect(describeGone("2026-11-30T00:00:00Z", 30, now)).toBe(gone);
    expect(describeGone("2026-12-30T00:00:00Z", 30, now)).toContain("is not here");
    expect(describeGone("2026-11-30T00:00:00Z", null, now)).toContain("is not here");
  });
});

describe("late rows", () => {
  it("are counted until they were shown, with the greatest delay", () => {
    const late = { ...entry("a", "2026-11-28T14:00:00Z"), received_at: "2026-11-28T14:00:20Z" };
    const rows = [
      { record: entry("b", "2026-11-28T14:00:30Z"), isLate: false },
      { record: late, isLate: true },
    ];
    expect(sumLate(rows, new Set())).toEqual({ logIds: ["a"], byS: 20 });
    expect(sumLate(rows, new Set(["a"]))).toEqual({ logIds: [], byS: 0 });
  });
});

describe("the count of a range", () => {
  const counted = { total: 5012, complete: true, approximate: false, scanned: 0 } as Histogram;

  it("says where it is not exact, and where it ends", () => {
    expect(describeCount(counted)).toBe("5,012 in range");
    expect(describeCount({ ...counted, approximate: true })).toBe("about 5,012 in range");
    expect(describeCount({ ...counted, total: 7, complete: false, scanned: 11000 })).toBe(
      "7 in the newest 11,000 records alone",
    );
  });
});

describe("attributes", () => {
  const list = (attrs: object) =>
    listAttributes(attrs).map(({ name, value, isFilter }) => [name, value, isFilter]);

  it("have the names and values that a filter takes, of an array each member", () => {
    expect(list({ http: { method: "GET" }, n: 1, paid: true, tags: ["a", "b", "a"] })).toEqual([
      ["http.method", "GET", true],
      ["n", "1", true],
      ["paid", "true", true],
      ["tags", "a", true],
      ["tags", "b", true],
    ]);
    expect(list({ deep: [{ k: new LosslessNumber("12345678901234567890") }] })).toEqual([
      ["deep.k", "12345678901234567890", true],
    ]);
  });

  it("are shown, though no filter can name them", () => {
    expect(list({ by: null, none: [], no: {}, text: "", long: "x".repeat(257) })).toEqual([
      ["by", "null", false],
      ["none", "[]", false],
      ["no", "{}", false],
      ["text", "", false],
      ["long", "x".repeat(257), false],
    ]);
    expect(list({})).toEqual([]);
  });
});
