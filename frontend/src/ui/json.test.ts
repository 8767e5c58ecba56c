import { describe, expect, it } from "vitest";
import { checkObject, layOut } from "./json";

describe("the JSON of a form", () => {
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
