import { describe, expect, it } from "vitest";
import type { Message } from "../model";
import { listDecisions, mayDecide, type Decided } from "./model";

const SENT_BACK: Decided = {
  outcome: "sent_back",
  by: "ada",
  at: "2026-12-01T09:00:00.000Z",
  rev: 1,
  comment: "Until when?",
};

describe("the decisions about a message", () => {
  it("are newest first, with those before", () => {
    const approved: Decided = { ...SENT_BACK, outcome: "approved", rev: 3, comment: null };
    const approval = {
      ...approved,
      requested_at: "2026-12-02T09:00:00.000Z",
      earlier: [SENT_BACK],
    };
    expect(listDecisions({ approval })).toEqual([approved, SENT_BACK]);
  });

  it("are none while nobody decided, and of a message that never waited", () => {
    const none = { outcome: null, by: null, at: null, rev: null, comment: null, earlier: [] };
    expect(listDecisions({ approval: { requested_at: "2026-12-02", ...none } })).toEqual([]);
    expect(listDecisions({ approval: null })).toEqual([]);
  });
});

describe("who decides", () => {
  const message = { status: "waiting", created_by: "ada" } as Message;
  const may = ["messages.approve"];

  it("is another publisher, while the message waits", () => {
    expect(mayDecide(message, { id: "bob", may })).toBe(true);
    expect(mayDecide(message, { id: "ada", may })).toBe(false);
    expect(mayDecide(message, { id: "bob", may: [] })).toBe(false);
    expect(mayDecide({ ...message, status: "draft" }, { id: "bob", may })).toBe(false);
  });
});
