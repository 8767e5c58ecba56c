import { describe, expect, it } from "vitest";
import { formatJson } from "../../api/json";
import { buildPatch } from "./patch";

const DIGITS = "12345678901234567890123456789012345678";

function patchOf(before: string, after: string): string | null {
  const patch = buildPatch(before, after);
  return patch && formatJson(patch, 0);
}

describe("the patch of an edited record", () => {
  it("has what changed alone, with every digit", () => {
    expect(patchOf(`{"n": ${DIGITS}, "name": "Ada"}`, `{"n": ${DIGITS}, "name": "Grace"}`)).toBe(
      '{"name":"Grace"}',
    );
    expect(patchOf('{"n": 1}', `{"n": ${DIGITS}}`)).toBe(`{"n":${DIGITS}}`);
  });

  it("removes by null, also within an object, but never the id", () => {
    expect(patchOf('{"user_id": "a", "x": 1, "o": {"y": 1, "z": 2}}', '{"o": {"z": 2}}')).toBe(
      '{"o":{"y":null},"x":null}',
    );
  });

  it("replaces lists whole, with their nulls", () => {
    expect(patchOf('{"l": [1, 2]}', '{"l": [1, null]}')).toBe('{"l":[1,null]}');
  });

  it("is none where a member becomes null", () => {
    expect(patchOf('{"x": 1}', '{"x": null}')).toBeNull();
    expect(patchOf("{}", '{"o": {"x": null}}')).toBeNull();
    expect(patchOf('{"x": null, "y": 1}', '{"x": null, "y": 2}')).toBe('{"y":2}');
  });
});
