import { describe, expect, it } from "vitest";
import { formatDuration } from "./time";

describe("a duration", () => {
  it.each([
    [null, "–"],
    [14.2, "14 s"],
    [840, "14 min"],
    [5400, "1.5 h"],
  ])("of %s s is %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
