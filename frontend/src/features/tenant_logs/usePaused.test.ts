import { expect, it } from "vitest";
import type { LogEntry } from "./model";
import { countSince } from "./usePaused";

const records = ["a", "b", "c"].map((log_id) => ({ log_id }) as LogEntry);

it("counts what came since a pause began, also when the oldest are gone", () => {
  expect(countSince(records, records.slice(0, 1))).toBe(2);
  expect(countSince(records, records)).toBe(0);
  expect(countSince(records, [])).toBe(3);
  expect(countSince(records.slice(1), records.slice(0, 2))).toBe(1);
  expect(countSince(records.slice(1), records.slice(0, 1))).toBe(2);
});
