import { describe, expect, it } from "vitest";
import { ApiProblem, asSentence, isTemporary } from "./problem";

describe("a problem", () => {
  it("is said as a sentence, without the advice that stands beside it", () => {
    expect(asSentence("the database is not available; try again")).toBe(
      "The database is not available.",
    );
    expect(asSentence("No record has the id bob. Add it?")).toBe(
      "No record has the id bob. Add it?",
    );
  });

  it("passes by itself where a part is away or a limit is reached", () => {
    const of = (status: number, code = "x") => isTemporary(new ApiProblem(status, code, ""));
    expect([of(0), of(429), of(503)]).toEqual([true, true, true]);
    expect([of(404), of(401), of(0, "stopped")]).toEqual([false, false, false]);
    expect(isTemporary(new Error("a fault of the page"))).toBe(false);
  });
});
