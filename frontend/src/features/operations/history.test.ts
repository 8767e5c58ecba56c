import { describe, expect, it } from "vitest";
import type { Schemas } from "../../api/client";
import { addSample, listWaiting, remember } from "./history";

const MINUTE_MS = 60_000;

describe("what waited in a queue", () => {
  it("is kept for ten minutes", () => {
    const [old, kept] = [
      { at: 0, waiting: 3 },
      { at: MINUTE_MS, waiting: 2 },
    ];
    const next = { at: 10 * MINUTE_MS, waiting: 1 };
    expect(addSample([old, kept], next)).toEqual([kept, next]);
  });

  it("is listed by queue, oldest first", () => {
    const see = (waiting: number, minute: number) =>
      remember(
        { queues: [{ name: "orders", waiting }] } as Schemas["Pipeline"],
        new Date(minute * MINUTE_MS),
      );
    see(4, 1);
    see(7, 2);
    expect(listWaiting("orders")).toEqual([4, 7]);
    expect(listWaiting("logs")).toEqual([]);
  });
});
