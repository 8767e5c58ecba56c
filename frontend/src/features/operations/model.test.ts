import { describe, expect, it } from "vitest";
import {
  countDiedAgain,
  exportLetters,
  filterLetters,
  findLastRedrive,
  groupByReason,
  type DeadLetter,
} from "./model";

const letter = (id: string, code: string): DeadLetter => ({
  id,
  body: `{"orderID": "${id}"}`,
  reason: { code, message: "no orderID" },
  function: "store_orders",
  died_at: null,
  attempts: 5,
  truncated: false,
  redriven: null,
  sent_at: "2026-11-28T14:01:02Z",
});
const LETTERS = [letter("a", "Timeout"), letter("b", "ValueError"), letter("c", "ValueError")];

describe("dead letters", () => {
  it("are grouped by reason, the most frequent first", () => {
    expect(groupByReason(LETTERS)).toEqual([
      { reason: "ValueError: no orderID", count: 2 },
      { reason: "Timeout: no orderID", count: 1 },
    ]);
  });

  it("are filtered by reason and by id or body in any case", () => {
    const ids = (reason: string, text: string) =>
      filterLetters(LETTERS, { reason, text }).map(({ id }) => id);
    expect(ids("ValueError: no orderID", "")).toEqual(["b", "c"]);
    expect(ids("", '"ORDERID": "A"')).toEqual(["a"]);
  });

  it("died again if they were given back since", () => {
    const back = (last_at: string) => ({ ...letter("d", "Timeout"), redriven: { count: 1, last_at } });
    expect(findLastRedrive(LETTERS)).toBe("");
    const before = [...LETTERS, back("2026-11-28T14:02:00.000Z"), back("2026-11-28T14:01:00.000Z")];
    const since = findLastRedrive(before);
    expect(since).toBe("2026-11-28T14:02:00.000Z");
    expect(countDiedAgain(before, since)).toBe(0);
    expect(countDiedAgain([...before, back("2026-11-28T14:03:00.000Z")], since)).toBe(1);
    expect(countDiedAgain(before, "")).toBe(2);
  });

  it("are kept as a line of JSON each", () => {
    const lines = exportLetters(LETTERS).trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as DeadLetter).id)).toEqual(["a", "b", "c"]);
  });
});
