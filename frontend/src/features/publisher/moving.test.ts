import { describe, expect, it } from "vitest";
import type { Message } from "./model";
import { moveToDay, refuseDay } from "./moving";

const message = (scheduledAt: string, zone: string | null) =>
  ({ scheduled_at: scheduledAt, created_at: "2026-01-01T00:00:00Z", time_zone: zone }) as Message;

describe("a message that is moved to another day", () => {
  it("keeps its time of the day, also over a change of the clocks", () => {
    const summer = message("2026-10-20T07:00:00Z", "Europe/Berlin"); // 09:00 there
    expect(moveToDay(summer, "2026-11-03", "Europe/Berlin")).toEqual({
      localTime: "2026-11-03T09:00",
      timeZone: "Europe/Berlin",
    });
  });

  it("is moved by the days that the calendar shows, whatever day it has in its own zone", () => {
    const late = message("2026-12-01T23:30:00Z", "UTC"); // the 2nd in Tokyo
    expect(moveToDay(late, "2026-12-05", "Asia/Tokyo").localTime).toBe("2026-12-04T23:30");
    expect(moveToDay(message("2026-12-01T23:30:00Z", null), "2026-12-05", "Asia/Tokyo")).toEqual({
      localTime: "2026-12-05T08:30",
      timeZone: "Asia/Tokyo",
    });
  });

  it("goes to no day that is over", () => {
    expect(refuseDay("2026-11-28", "2026-11-29")).toContain("2026-11-28 is over");
    expect(refuseDay("2026-11-29", "2026-11-29")).toBe("");
  });
});
