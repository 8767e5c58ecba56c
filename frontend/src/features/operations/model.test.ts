import { describe, expect, it } from "vitest";
import {
  beginningOf,
  countDiedAgain,
  describeRest,
  exportLetters,
  filterLetters,
  findLatestJob,
  findLastRedrive,
  groupByReason,
  isWatched,
  type DeadLetter,
  type RedriveJob,
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
    const back = (last_at: string) => ({
      ...letter("d", "Timeout"),
      redriven: { count: 1, last_at },
    });
    expect(findLastRedrive(LETTERS)).toBe("");
    const before = [...LETTERS, back("2026-11-28T14:02:00.000Z"), back("2026-11-28T14:01:00.000Z")];
    const since = findLastRedrive(before);
    expect(since).toBe("2026-11-28T14:02:00.000Z");
    expect(countDiedAgain(before, since)).toBe(0);
    expect(countDiedAgain([...before, back("2026-11-28T14:03:00.000Z")], since)).toBe(1);
    expect(countDiedAgain(before, "")).toBe(2);
    expect(countDiedAgain(before, "", "2026-11-28T14:01:30.000Z")).toBe(1);
  });

  it("show the beginning of a long text in a row", () => {
    const body = "x".repeat(201);
    expect(beginningOf({ ...letter("a", "Timeout"), body })).toBe(`${"x".repeat(200)} …`);
    expect(beginningOf({ ...letter("a", "Timeout"), body: "short", truncated: true })).toBe(
      "short …",
    );
    expect(beginningOf(letter("a", "Timeout"))).toBe('{"orderID": "a"}');
  });

  it("have a rest that was not redriven or deleted", () => {
    const result = { done: ["a"], missing: ["b", "c"], failed: ["d"] };
    expect(describeRest(result, "deleted")).toBe("; 2 no longer there; 1 not deleted");
    expect(describeRest({ done: ["a"], missing: [], failed: [] }, "deleted")).toBe("");
  });

  it("are watched while the latest job of their queue runs and for a minute after", () => {
    const job = (queue: string, started_at: string, status = "done") =>
      ({ queue, status, started_at, updated_at: started_at }) as RedriveJob;
    const [old, late] = [
      job("orders", "2026-11-28T14:00:00Z"),
      job("orders", "2026-11-28T15:00:00Z"),
    ];
    expect(findLatestJob([old, late, job("logs", "2026-11-28T16:00:00Z")], "orders")).toBe(late);
    expect(findLatestJob([], "orders")).toBeNull();
    expect(isWatched(late, new Date("2026-11-28T15:00:59Z"))).toBe(true);
    expect(isWatched(late, new Date("2026-11-28T15:01:01Z"))).toBe(false);
    expect(isWatched(job("orders", late.started_at, "running"), new Date("2027-01-01"))).toBe(true);
    expect(isWatched(null, new Date())).toBe(false);
  });

  it("are kept as a line of JSON each", () => {
    const lines = exportLetters(LETTERS).trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as DeadLetter).id)).toEqual(["a", "b", "c"]);
  });
});
