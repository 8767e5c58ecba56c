import { describe, expect, it } from "vitest";
import { NO_REPEAT } from "./series/model";
import type { Template } from "./templates/model";
import {
  buildMessage,
  canCancel,
  dayAfterKey,
  describeLimits,
  describeSend,
  inZone,
  isFinal,
  judgeToken,
  listWeeks,
  moveMonth,
  shownDayAfterKey,
  pickCancellable,
  pickRetryable,
  type Draft,
  type Message,
} from "./model";

const DRAFT: Draft = {
  content: "Launch",
  subject: "",
  channels: ["facebook", "sms"],
  overrides: { sms: "short", linkedin: "not chosen" },
  media: [],
  mediaNames: {},
  when: "later",
  localTime: "2026-12-01T09:00",
  timeZone: "America/New_York",
  repeat: NO_REPEAT,
  recipients: { email: "", sms: "" },
  filling: null,
  adapt: null,
};

describe("a message that is written", () => {
  it("has the other text of chosen channels alone, and its time with its zone", () => {
    expect(buildMessage(DRAFT)).toEqual({
      content: "Launch",
      channels: ["facebook", "sms"],
      overrides: { sms: { content: "short" } },
      scheduled_at: "2026-12-01T09:00",
      time_zone: "America/New_York",
    });
  });

  it("is none without content, channels or its time", () => {
    expect(buildMessage({ ...DRAFT, content: " " })).toBeNull();
    expect(buildMessage({ ...DRAFT, channels: [] })).toBeNull();
    expect(buildMessage({ ...DRAFT, localTime: "" })).toBeNull();
  });

  it("names recipients of chosen channels, each once, and at most 40", () => {
    const recipients = { email: "not@chosen.example", sms: "+491511\n+491512, +491511" };
    expect(buildMessage({ ...DRAFT, recipients })?.recipients).toEqual({
      email: [],
      sms: ["+491511", "+491512"],
    });
    const many = Array.from({ length: 41 }, (_, index) => `+49151${index}`).join("\n");
    expect(buildMessage({ ...DRAFT, recipients: { ...recipients, sms: many } })).toBeNull();
  });

  it("of a template has its fields in place of a text", () => {
    const template = { id: "t-1", content: "{{who}}", overrides: {}, fields: ["who"] };
    const filling = { template: template as unknown as Template, fields: { who: "Ada" } };
    expect(buildMessage({ ...DRAFT, filling, when: "now" })).toEqual({
      template: { id: "t-1", fields: { who: "Ada" } },
      channels: ["facebook", "sms"],
      media: [],
    });
  });

  it("says what its button does", () => {
    expect(describeSend(DRAFT)).toBe("Schedule for 09:00 in New York, 2 channels");
    expect(describeSend({ ...DRAFT, when: "now", channels: ["sms"] })).toBe(
      "Publish now, 1 channel",
    );
    expect(describeSend(DRAFT, true)).toBe("Send for approval, 09:00 in New York, 2 channels");
    expect(describeSend({ ...DRAFT, when: "now" }, true)).toBe("Send for approval, 2 channels");
  });
});

describe("a message that goes out", () => {
  const message = (status: string, ...channels: string[]) =>
    ({ status, channels: channels.map((state) => ({ status: state })) }) as Message;

  it("is looked at again while something is under way", () => {
    expect(isFinal(message("sending", "sending"))).toBe(false);
    expect(isFinal(message("partial", "sent", "retry"))).toBe(false);
    expect(isFinal(message("partial", "sent", "failed"))).toBe(true);
    expect(isFinal(message("sent", "sent"))).toBe(true);
  });
});

describe("the calendar", () => {
  it("has whole weeks from Monday on", () => {
    const weeks = listWeeks("2026-12");
    expect([weeks[0]?.[0]?.date, weeks.at(-1)?.[6]?.date]).toEqual(["2026-11-30", "2027-01-03"]);
    expect(weeks.every((week) => week.length === 7)).toBe(true);
  });

  it("moves over the year", () => {
    expect([moveMonth("2026-12", 1), moveMonth("2026-01", -1)]).toEqual(["2027-01", "2025-12"]);
  });

  it("shows a moment in the chosen zone", () => {
    expect(inZone("2026-12-01T14:00:00Z", "America/New_York")).toEqual(["2026-12-01", "09:00"]);
    expect(inZone("2026-12-01T23:30:00Z", "Asia/Tokyo")).toEqual(["2026-12-02", "08:30"]);
  });
});

describe("a bulk action", () => {
  const failed = { status: "partial", channels: [{ status: "sent" }, { status: "failed" }] };
  const scheduled = { status: "scheduled", channels: [{ status: "pending" }] };
  const sent = { status: "sent", channels: [{ status: "sent" }] };
  const messages = [failed, scheduled, sent] as Message[];

  it("cancels what is not under way yet, and retries what failed", () => {
    expect(pickCancellable(messages)).toEqual([scheduled]);
    const waiting = { status: "waiting", channels: [{ status: "pending" }] } as Message;
    expect(pickCancellable([waiting])).toEqual([waiting]);
    expect([waiting, failed as Message].map(canCancel)).toEqual([true, false]);
    expect(pickRetryable(messages)).toEqual([failed]);
  });

  it("retries by channel what failed on that channel", () => {
    const channels = [
      { channel: "linkedin", status: "failed" },
      { channel: "email", status: "sent" },
    ];
    const message = { status: "partial", channels } as Message;
    expect(pickRetryable([message], "linkedin")).toEqual([message]);
    expect(pickRetryable([message], "email")).toEqual([]);
  });
});

describe("the keys of the calendar", () => {
  it.each([
    ["ArrowLeft", "2026-11-30"],
    ["ArrowRight", "2026-12-02"],
    ["ArrowUp", "2026-11-24"],
    ["ArrowDown", "2026-12-08"],
    ["Home", "2026-11-30"],
    ["End", "2026-12-06"],
    ["PageDown", "2027-01-01"],
    ["PageUp", "2026-11-01"],
  ])("%s leads from a Tuesday to %s", (key, day) => {
    expect(dayAfterKey(key, "2026-12-01")).toBe(day);
  });

  it("takes the last day of a shorter month, and nothing for another key", () => {
    expect(dayAfterKey("PageDown", "2027-01-31")).toBe("2027-02-28");
    expect(dayAfterKey("x", "2027-01-31")).toBeNull();
  });
});

describe("the keys of a list of days", () => {
  const shown = ["2026-12-01", "2026-12-04", "2026-12-20"];

  it.each([
    ["ArrowDown", "2026-12-04", "2026-12-20"],
    ["ArrowUp", "2026-12-04", "2026-12-01"],
    ["ArrowRight", "2026-12-02", "2026-12-04"],
    ["End", "2026-12-01", "2026-12-20"],
    ["Home", "2026-12-20", "2026-12-01"],
    ["PageDown", "2026-12-04", "2027-01-04"],
  ])("%s leads from %s to %s, past the days that are not shown", (key, from, to) => {
    expect(shownDayAfterKey(key, from, shown)).toBe(to);
  });

  it("leads nowhere after the last one", () => {
    expect(shownDayAfterKey("ArrowDown", "2026-12-20", shown)).toBeNull();
  });
});

describe("a token", () => {
  const now = new Date("2026-11-28T10:00:00Z");
  it.each([
    ["2026-12-12T10:00:01Z", "success"],
    ["2026-12-12T10:00:00Z", "warning"],
    ["2026-11-28T10:00:01Z", "warning"],
    ["2026-11-28T10:00:00Z", "error"],
  ])("that ends at %s is a %s", (endsAt, judgement) => {
    expect(judgeToken(endsAt, now)).toBe(judgement);
  });
});

it("says what a post of a channel may have", () => {
  const limits = (media_limit: number, media_required: boolean) =>
    describeLimits({ text_limit: 63206, media_limit, media_required });
  expect(limits(0, false)).toBe("63,206 characters, no images");
  expect(limits(10, true)).toBe("63,206 characters, 1 to 10 images");
  expect(limits(20, false)).toBe("63,206 characters, up to 20 images");
});
