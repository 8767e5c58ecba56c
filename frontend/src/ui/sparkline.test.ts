import { expect, it } from "vitest";
import { scale } from "./Sparkline";

it("scales a series to its highest", () => {
  expect(scale([0, 2, 4])).toEqual([0, 0.5, 1]);
  expect(scale([0, 0])).toEqual([0, 0]);
});
