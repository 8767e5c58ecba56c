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

  it("is the last day of everything without a filter that is known", () => {
    expect(buildQuery(readFilter({ interval: "week", found: "yes" }), NOW)).toEqual({
      from: "2026-11-27T14:00:00.000Z",
    });
  });
});
