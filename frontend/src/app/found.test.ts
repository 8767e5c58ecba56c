import { describe, expect, it } from "vitest";
import type { Schemas } from "../api/client";
import { describeNothing, groupByWorkload, linkToLogs } from "./found";

const match = (kind: Schemas["LookupKind"], id: string, isMade = false) => ({
  kind,
  id,
  href: `/orders/${id}`,
  at: null,
  status: null,
  by_request: isMade,
});
const nothing = (complete = true): Schemas["LookupResult"] => ({
  id: "x",
  complete,
  found: [],
  looked: [
    { kind: "record", as_of: "2026-11-28T14:00:00Z", problem: null, complete: true },
    { kind: "dead_letter", as_of: "2026-11-28T14:00:00Z", problem: null, complete },
  ],
});

describe("what an id is of", () => {
  it("is grouped by workload, and says what a request made", () => {
    const groups = groupByWorkload([
      match("order", "o-1", true),
      match("job", "j-1"),
      match("dead_letter", "d-1"),
    ]);
    expect(groups.map(({ label, options }) => [label, options.length])).toEqual([
      ["Orders", 1],
      ["Operations", 2],
    ]);
    expect(groups[0]?.options[0]?.description).toBe("order that this request made");
    expect(groups[1]?.options[1]?.description).toBe("dead letter");
  });

  it("may be nothing, which says where it was looked for", () => {
    const read = { matched: 0, scanned: 12_000, complete: true };
    expect(describeNothing(nothing(), read)).toBe(
      "Nothing knows this id. Logs of the last 7 days were looked at.",
    );
    expect(describeNothing(nothing(), { ...read, complete: false })).toBe(
      "Nothing knows this id. Of the logs of the last 7 days, the newest 12,000 were looked at.",
    );
    expect(describeNothing(nothing(false), null)).toBe(
      "Nothing knows this id. Looked at: record, dead letter. Not all could be looked at: dead letter.",
    );
  });

  it("is looked for in the logs by its text", () => {
    expect(linkToLogs("a+b")).toBe("/console/logs?range=7d&text=a%2Bb");
  });
});
