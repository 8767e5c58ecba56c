import { describe, expect, it } from "vitest";
import { buildSeriesChange, draftOfSeries, isRetimed } from "./editing";
import { buildRule, readRule, type Series } from "./model";

const SERIES = {
  content: "Mondays",
  subject: null,
  channels: ["email", "sms"],
  media: ["m1"],
  overrides: { email: { subject: "Open" }, sms: { content: "Mon" } },
  recipients: null,
  rrule: "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=4",
  starts_at: "2028-03-01T09:00:30",
  time_zone: "Europe/Berlin",
} as unknown as Series;

const SAID = {
  content: "Mondays",
  channels: ["email", "sms"],
  media: ["m1"],
  subject: null,
  recipients: null,
  overrides: { email: { subject: "Open" }, sms: { content: "Mon" } },
};

describe("a rule that is shown in fields", () => {
  it.each([
    "FREQ=DAILY;COUNT=3",
    "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=10",
    "FREQ=MONTHLY;UNTIL=20271231",
  ])("says the same again: %s", (rrule) => {
    expect(readRule(rrule).freq).not.toBe("RULE");
    expect(buildRule(readRule(rrule))).toBe(rrule);
  });

  it.each([
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=10",
    "FREQ=MONTHLY;BYDAY=1MO;COUNT=3",
    "FREQ=MONTHLY;BYDAY=MO;COUNT=3",
    "FREQ=DAILY;UNTIL=20271231T090000Z",
    "COUNT=3;FREQ=DAILY",
  ])("is written by hand if the fields cannot say it: %s", (rrule) => {
    expect(readRule(rrule)).toMatchObject({ freq: "RULE", rule: rrule });
    expect(buildRule(readRule(rrule))).toBe(rrule);
  });

  it("is none while nothing is written", () => {
    expect(buildRule({ ...readRule("x"), rule: " " })).toBeNull();
  });
});

describe("a change of a series", () => {
  const draft = draftOfSeries(SERIES);

  it("has no timing where that is as before, with the seconds that no field shows", () => {
    const change = buildSeriesChange(draft, SERIES);
    expect(change).toEqual(SAID);
    expect(change && isRetimed(change)).toBe(false);
  });

  it("has of the timing what was changed", () => {
    const later = { ...draft, localTime: "2028-03-01T10:00" };
    expect(buildSeriesChange(later, SERIES)).toEqual({ ...SAID, starts_at: "2028-03-01T10:00" });
    const elsewhere = buildSeriesChange({ ...draft, timeZone: "UTC" }, SERIES);
    expect(elsewhere).toEqual({ ...SAID, time_zone: "UTC" });
    expect(elsewhere && isRetimed(elsewhere)).toBe(true);
    const rarer = { ...draft, repeat: { ...draft.repeat, weekdays: ["MO"] } };
    expect(buildSeriesChange(rarer, SERIES)?.rrule).toBe("FREQ=WEEKLY;BYDAY=MO;COUNT=4");
  });

  it("is none without a text or an end", () => {
    expect(buildSeriesChange({ ...draft, content: " " }, SERIES)).toBeNull();
    const endless = { ...draft, repeat: { ...draft.repeat, count: "" } };
    expect(buildSeriesChange(endless, SERIES)).toBeNull();
  });
});
