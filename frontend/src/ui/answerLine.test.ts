import { describe, expect, it } from "vitest";
import { nameOne } from "./AnswerLine";

describe("one of several things", () => {
  it.each([
    ["orders", "order"],
    ["suppressed addresses", "suppressed address"],
    ["searches", "search"],
    ["deliveries", "delivery"],
    ["series", "series"],
    ["message", "message"],
  ])("of %s is called %s", (what, one) => {
    expect(nameOne(what)).toBe(one);
  });
});
