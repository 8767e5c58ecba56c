import { describe, expect, it } from "vitest";
import { checkId, compareLines } from "./model";

describe("a user ID", () => {
  it.each([
    ["ada", null],
    ["", "Enter a user ID."],
    ["a b", "1 to 128 letters, digits and _ . @ + -"],
    ["a".repeat(129), "1 to 128 letters, digits and _ . @ + -"],
  ])("%s is judged as the API judges it", (userId, problem) => {
    expect(checkId(userId)).toBe(problem);
  });
});

describe("a comparison", () => {
  it("shows what was removed and added between what stayed", () => {
    expect(compareLines("a\nb\nc", "a\nx\nc")).toEqual([
      { kind: "same", text: "a" },
      { kind: "removed", text: "b" },
      { kind: "added", text: "x" },
      { kind: "same", text: "c" },
    ]);
  });
});
