import { describe, expect, it } from "vitest";
import {
  describeAttention,
  fillIn,
  isFresh,
  nameChecks,
  type Activity,
  type AttentionItem,
  type Overview,
} from "./model";

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

  it("keeps what was read before of a part that could not be read again", () => {
    const whole = {
      workloads: { records: null, orders: activity(2, 3), logs: null, messages: null },
      recent: { orders: { complete: true, items: [{ id: "a" }] }, messages: null },
    } as unknown as Overview;
    const unread = { total: null, series: [], problem: { message: "no" } } as unknown as Activity;
    const partial = {
      workloads: { records: null, orders: unread, logs: null, messages: null },
      recent: { orders: { complete: false, items: [] }, messages: null },
    } as unknown as Overview;
    const filled = fillIn(partial, whole);
    expect(filled.workloads.orders).toEqual({ ...unread, total: 5, series: activity(2, 3).series });
    expect(filled.recent.orders).toEqual({ complete: false, items: [{ id: "a" }] });
    expect(fillIn(partial, undefined)).toBe(partial);
    expect(fillIn(whole, filled)).toEqual(whole);
  });

  it("says since when the worker is silent and what that means", () => {
    const item = {
      kind: "worker_silent",
      subject: "worker#local",
      since: "2026-11-28T14:00:00Z",
      message: "the archive worker has not reported since",
    } as AttentionItem;
    expect(describeAttention(item, new Date("2026-11-28T14:02:00Z"))).toBe(
      "The archive worker last reported 2 min ago. " +
        "Searches are answered; their counts will come later.",
    );
    const other = { ...item, kind: "dead_letters" } as AttentionItem;
    expect(describeAttention(other, new Date())).toBe(item.message);
  });

  it("names its checks in words", () => {
    const checks = [{ name: "dead_letters.mail_events" }, { name: "worker" }];
    expect(nameChecks(checks as Overview["checks"])).toBe("dead letters of mail events, worker");
  });
});
