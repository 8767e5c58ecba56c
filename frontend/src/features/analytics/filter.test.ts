import { describe, expect, it } from "vitest";
import { buildQuery, readFilter } from "./filter";

const NOW = new Date("2026-11-28T14:00:00Z");

describe("what is counted", () => {
  it("is what the address says, as the API takes it", () => {
    const filter = readFilter({ range: "7d", interval: "day", user: "ada", found: "false" });
    expect(buildQuery(filter, NOW)).toEqual({
      from: "2026-11-21T14:00:00.000Z",
      interval: "day",
      user: "ada",
      found: false,
    });
  });

  it("has absolute times in place of a range, where they are times", () => {
    const [from, to] = ["2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"];
    expect(buildQuery(readFilter({ range: "7d", from, to }), NOW)).toEqual({ from, to });
    expect(buildQuery(readFilter({ range: "1h", from: "soon", to: "x" }), NOW)).toEqual({
      from: "2026-11-28T13:00:00.000Z",
    });
  });

  it("is the last day of everything without a filter that is known", () => {
    expect(buildQuery(readFilter({ interval: "week", found: "yes" }), NOW)).toEqual({
      from: "2026-11-27T14:00:00.000Z",
    });
  });
});
