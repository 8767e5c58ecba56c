import type { Schemas } from "../../../api/client";
import type { Message } from "../model";

export type Decided = Schemas["ApprovalDecision"];

/** What was decided about a message, newest first. */
export function listDecisions({ approval }: Pick<Message, "approval">): Decided[] {
  if (!approval) return [];
  const { outcome, by, at, rev, comment, earlier } = approval;
  const last = outcome && by && at && rev !== null ? [{ outcome, by, at, rev, comment }] : [];
  return [...earlier, ...last].reverse();
}

/** Whether this person decides: it waits, and somebody else wrote it. */
export function mayDecide(
  { status, created_by: author }: Pick<Message, "status" | "created_by">,
  me: { id: string; may: readonly string[] },
): boolean {
  return status === "waiting" && author !== me.id && me.may.includes("messages.approve");
}
