import { describe, expect, it } from "vitest";
import {
  checkNew,
  describeAttempt,
  describeState,
  describeTest,
  listEvents,
  readEvents,
  type Webhook,
} from "./model";

describe("a webhook", () => {
  it("tells publishers of messages, and operators of orders as well", () => {
    expect(listEvents(false)).toEqual([
      "message.sent",
      "message.partial",
      "message.failed",
      "message.unconfirmed",
    ]);
    expect(listEvents(true)).toContain("order.stored");
  });

  it("takes from a draft only events that may be chosen", () => {
    expect(readEvents("order.stored message.sent nonsense", listEvents(false))).toEqual([
      "message.sent",
    ]);
  });

  it("needs an address and an event", () => {
    expect(Object.keys(checkNew({ url: "", events: [] }))).toEqual(["url", "events"]);
    expect(checkNew({ url: "https://a.example/in?k=1", events: ["message.sent"] })).toEqual({});
    const wrong = { url: "https://u@a.example/", events: ["message.sent" as const] };
    expect(Object.keys(checkNew(wrong))).toEqual(["url"]);
  });

  it.each([
    [null, "active"],
    ["asked", "paused"],
    ["gone", "paused: the receiver responded 410 Gone"],
    ["failing", "paused: ten events in a row failed"],
  ] as const)("paused because of %s is %s", (why, text) => {
    expect(describeState({ paused_because: why } as Webhook)).toBe(text);
  });
});

describe("what a receiver responded", () => {
  it("is its status and time, or why there is none", () => {
    expect(describeTest({ delivered: true, status: 204, error: null, ms: 12 })).toBe(
      "status 204 in 12 ms",
    );
    expect(
      describeTest({ delivered: false, status: null, error: "connection refused", ms: 1200 }),
    ).toBe("no response in 1,200 ms: connection refused");
  });

  it.each([
    [{ outcome: "delivered", status: 204 }, "delivered"],
    [{ outcome: "failed", status: 500 }, "failed, status 500"],
    [{ outcome: "retrying", status: null }, "retrying, no response"],
    [{ outcome: "skipped" }, "skipped"],
  ])("of %o is shown as %s", (attempt, text) => {
    expect(describeAttempt(attempt)).toBe(text);
  });
});
