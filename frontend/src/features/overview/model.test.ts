import { describe, expect, it } from "vitest";
import { isFresh, type Activity, type Overview } from "./model";

const activity = (...counts: number[]) =>
  ({
    total: counts.reduce((sum, count) => sum + count, 0),
    series: counts.map((count) => ({ at: "t", count })),
  }) as Activity;

describe("the overview", () => {
  it("is fresh while nothing came and nothing is recent", () => {
    const fresh = {
      workloads: {
        records: activity(0),
        orders: activity(0),
        logs: null,
        messages: activity(0),
      },
      recent: { orders: { items: [] }, messages: null },
    } as unknown as Overview;
    expect(isFresh(fresh)).toBe(true);
    const used = { ...fresh, workloads: { ...fresh.workloads, orders: activity(1) } };
    expect(isFresh(used)).toBe(false);
  });
});
