import { pickRetryable, type Channel, type Message, type MessageStatus } from "../model";

export type BulkKind = "cancel" | "retry";

/** What the list is filtered by; "" for any. */
export interface BulkFilter {
  status: MessageStatus | "";
  channel: Channel | "";
}

/** What is cancelled where the filter names no status: what would go out, and no draft. */
const GOES_OUT: MessageStatus[] = ["waiting", "scheduled", "queued", "sending"];
/** Of these nothing is left to cancel. */
const OVER: MessageStatus[] = ["sent", "partial", "unconfirmed", "failed", "cancelled"];

/** Why the API would refuse the decision on that filter, or nothing come of it; null if it may be. */
export function findObstacle(kind: BulkKind, { status, channel }: BulkFilter): string | null {
  if (kind === "retry") return channel ? null : "Choose a channel first.";
  if (!status && !channel) return "Choose a status or a channel first.";
  return status && OVER.includes(status) ? `What is ${status} cannot be cancelled.` : null;
}

/** How many of these messages the decision means. */
export function countMeant(
  kind: BulkKind,
  { status, channel }: BulkFilter,
  messages: readonly Message[],
): number {
  if (kind === "retry") return pickRetryable(messages, channel).length;
  const wanted = status ? [status] : GOES_OUT;
  return messages.filter((message) => wanted.includes(message.status)).length;
}
