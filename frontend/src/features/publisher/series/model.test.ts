import { describe, expect, it } from "vitest";
import type { Draft } from "../model";
import {
  buildRule,
  buildSeries,
  describeRule,
  describeSubmit,
  NO_REPEAT,
  pickOccurrences,
  type Occurrence,
  type Repeat,
} from "./model";

const WEEKLY: Repeat = { ...NO_REPEAT, freq: "WEEKLY", weekdays: ["MO", "TH"] };
const DRAFT: Draft = {
  content: "Launch",
  subject: "",
  channels: ["facebook", "sms"],
  overrides: {},
  media: [],
  mediaNames: {},
  when: "later",
  localTime: "2026-12-01T09:00",
  timeZone: "Europe/Berlin",
  repeat: WEEKLY,
  recipients: { email: "", sms: "" },
  filling: null,
  adapt: null,
};

describe("a message that repeats", () => {
  it("has a rule with its days and its end", () => {
    expect(buildRule(WEEKLY)).toBe("FREQ=WEEKLY;BYDAY=MO,TH;COUNT=10");
    expect(buildRule({ ...WEEKLY, freq: "MONTHLY", end: "until", until: "2027-12-31" })).toBe(
      "FREQ=MONTHLY;UNTIL=20271231",
    );
  });

  it("has none without frequency or end", () => {
    expect(buildRule(NO_REPEAT)).toBeNull();
    expect(buildRule({ ...WEEKLY, count: "0" })).toBeNull();
    expect(buildRule({ ...WEEKLY, end: "until" })).toBeNull();
  });

  it("begins at its local time", () => {
    expect(buildSeries(DRAFT)).toEqual({
      content: "Launch",
      channels: ["facebook", "sms"],
      rrule: "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=10",
      starts_at: "2026-12-01T09:00",
      time_zone: "Europe/Berlin",
    });
    expect(buildSeries({ ...DRAFT, when: "now" })).toBeNull();
  });

  it("says what its button does", () => {
    expect(describeSubmit(DRAFT)).toBe("Repeat every week for 09:00 in Berlin, 2 channels");
    expect(describeSubmit({ ...DRAFT, repeat: NO_REPEAT })).toBe(
      "Schedule for 09:00 in Berlin, 2 channels",
    );
  });
});

describe("a rule in words", () => {
  it.each([
    ["FREQ=WEEKLY;BYDAY=MO,TH;COUNT=10", "every week on Mon, Thu, 10 times"],
    ["FREQ=DAILY;INTERVAL=3;UNTIL=20271231T090000", "every 3 days, until 2027-12-31"],
    ["FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2", "every month BYMONTHDAY=-1, 2 times"],
  ])("%s", (rrule, words) => {
    expect(describeRule(rrule)).toBe(words);
  });
});

describe("what is to come of series", () => {
  const coming = { status: "projected", channels: ["email"] } as unknown as Occurrence;
  const skipped = { status: "skipped", channels: ["email"] } as unknown as Occurrence;

  it("is shown by the filter's channel, and as scheduled", () => {
    const pick = (status: "" | "scheduled" | "sent", channel: "" | "email" | "sms") =>
      pickOccurrences([coming, skipped], { status, channel });
    expect(pick("", "")).toEqual([coming]);
    expect(pick("scheduled", "email")).toEqual([coming]);
    expect(pick("sent", "")).toEqual([]);
    expect(pick("", "sms")).toEqual([]);
  });
});
