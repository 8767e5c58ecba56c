import { describe, expect, it } from "vitest";
import { buildBars, RANGES, startOf, type SearchReport } from "./model";

const REPORT = {
  series: [{ at: "2026-11-28T13:00:00Z", searches: 3, found: 2, missed: 1 }],
} as SearchReport;

describe("search analytics", () => {
  it("begin a range before now", () => {
    expect(startOf(RANGES[1], new Date("2026-11-28T14:00:00Z"))).toBe("2026-11-27T14:00:00.000Z");
  });

  it("stack what was found and what was missed", () => {
    expect(buildBars(REPORT)).toEqual([{ label: "11-28 13:00", counts: [2, 1] }]);
  });
});
