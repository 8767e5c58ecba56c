import { describe, expect, it } from "vitest";
import { describeRejects, formatBytes, shareOfQuota, type UsageDay } from "./model";

const TODAY: UsageDay = { day: "2026-11-28", records: 250, bytes: 10, rejected: {} };

describe("the usage of a tenant", () => {
  it("is a share of its quota, at most all of it", () => {
    expect(shareOfQuota(TODAY, 1000)).toBe(25);
    expect(shareOfQuota(TODAY, 100)).toBe(100);
    expect(shareOfQuota(undefined, 100)).toBe(0);
    expect(shareOfQuota(TODAY, 0)).toBeNull();
  });

  it("names what was refused, most first", () => {
    expect(describeRejects({ too_large: 1, no_text: 3000, other: 0 })).toBe(
      "3,000 no_text, 1 too_large",
    );
  });

  it.each([
    [null, "–"],
    [0, "0 B"],
    [1023, "1023 B"],
    [1024 * 1024, "1.0 MiB"],
  ])("has %s bytes as %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
