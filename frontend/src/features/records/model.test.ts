import { describe, expect, it } from "vitest";
import { checkId, checkObject, compareLines, layOut } from "./model";

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

describe("the JSON of a record", () => {
  it("is an object", () => {
    expect(checkObject('{"a": 1}')).toBeNull();
    expect(checkObject("[1]")).toBe("This must be a JSON object: { … }.");
  });

  it("has its fault named by line and column", () => {
    expect(checkObject('{\n  "a": x\n}')).toMatch(/^Line 2, column 8: /);
  });

  it("keeps 38 digits", () => {
    const digits = "12345678901234567890123456789012345678";
    expect(layOut(`{"n": ${digits}}`)).toBe(`{\n  "n": ${digits}\n}`);
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
