import { describe, expect, it } from "vitest";
import { describeMoment, findMoment } from "./moments";

const at = (localTime: string, timeZone: string) => findMoment({ localTime, timeZone });

describe("a local time", () => {
  it.each([
    ["2026-12-01T09:00", "America/New_York", "2026-12-01T14:00:00.000Z", "once"],
    ["2026-07-01T09:00", "America/New_York", "2026-07-01T13:00:00.000Z", "once"],
    ["2026-03-08T02:30", "America/New_York", "2026-03-08T07:30:00.000Z", "skipped"],
    ["2026-03-08T01:59", "America/New_York", "2026-03-08T06:59:00.000Z", "once"],
    ["2026-03-08T03:00", "America/New_York", "2026-03-08T07:00:00.000Z", "once"],
    ["2026-11-01T01:30", "America/New_York", "2026-11-01T05:30:00.000Z", "twice"],
    ["2026-11-01T02:00", "America/New_York", "2026-11-01T07:00:00.000Z", "once"],
    ["2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00.000Z", "twice"],
    ["2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-03T15:45:00.000Z", "skipped"],
    ["2026-06-01T12:00", "Asia/Kathmandu", "2026-06-01T06:15:00.000Z", "once"],
    ["2026-06-01T12:00", "UTC", "2026-06-01T12:00:00.000Z", "once"],
  ])("%s in %s is %s, %s", (localTime, zone, moment, kind) => {
    expect(at(localTime, zone)).toEqual({ at: new Date(moment), kind });
  });

  it("is said in words", () => {
    const say = (localTime: string, timeZone: string) => describeMoment({ localTime, timeZone });
    expect(say("2026-12-01T09:00", "America/New_York")).toBe("= 14:00 UTC");
    expect(say("2026-12-01T09:00", "Pacific/Auckland")).toBe("= 2026-11-30 20:00 UTC");
    expect(say("2026-03-08T02:30", "America/New_York")).toBe(
      "= 07:30 UTC. 02:30 does not exist on that day in New York: 03:30 is used.",
    );
    expect(say("2026-11-01T01:30", "America/New_York")).toBe(
      "= 05:30 UTC. 01:30 comes twice in New York: the first is used.",
    );
    expect(say("", "UTC")).toBe("");
  });
});
