import type { StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import type { Schemas } from "../../api/client";

export type Webhook = Schemas["Webhook"];
export type NewWebhook = Schemas["NewWebhook"];
export type EventType = Schemas["WebhookEventType"];
export type Delivery = Schemas["WebhookDelivery"];
export type TestResult = Schemas["WebhookTestResult"];

/** When each event happens; those of orders are for operators. */
export const EVENTS: Record<EventType, string> = {
  "message.sent": "all deliveries of a message were sent",
  "message.partial": "all deliveries ended, and not alike",
  "message.failed": "all deliveries failed",
  "message.unconfirmed": "whether it is live is not known",
  "order.stored": "an order is in its table",
  "order.notified": "an order was announced",
};
export const FIRST_EVENTS = "message.sent message.failed";

export const OUTCOMES: Record<Delivery["outcome"], StatusIndicatorProps.Type> = {
  delivered: "success",
  retrying: "in-progress",
  failed: "error",
  skipped: "stopped",
};

const PAUSES: Record<NonNullable<Webhook["paused_because"]>, string> = {
  asked: "paused",
  gone: "paused: the receiver responded 410 Gone",
  failing: "paused: ten events in a row failed",
};
const URL_RULE = /^https?:\/\/[^\s#@]{1,2040}$/;

/** The event types that this person may choose. */
export function listEvents(isOperator: boolean): EventType[] {
  const all = Object.keys(EVENTS) as EventType[];
  return isOperator ? all : all.filter((name) => !name.startsWith("order."));
}

/** The events of a draft, which holds them as words; unknown ones are left out. */
export function readEvents(text: string, allowed: readonly EventType[]): EventType[] {
  const words = text.split(" ");
  return allowed.filter((name) => words.includes(name));
}

/** What is wrong with a new webhook, by field; {} if all is fine. */
export function checkNew({ url, events }: NewWebhook): { url?: string; events?: string } {
  return {
    ...(!URL_RULE.test(url) && { url: "An address that begins with https://, without # and @" }),
    ...(events.length === 0 && { events: "Choose at least one event." }),
  };
}

/** Whether it gets events, and why not. */
export function describeState({ paused_because: why }: Webhook): string {
  return why ? PAUSES[why] : "active";
}

/** What the receiver answered: "204 in 12 ms", or why there is no response. */
export function describeTest({ status, error, ms }: TestResult): string {
  const answer = status === null ? "no response" : `status ${status}`;
  return `${answer} in ${ms.toLocaleString("en")} ms${error ? `: ${error}` : ""}`;
}

/** The last attempt in few words: "delivered", "failed, status 500". */
export function describeAttempt(attempt: { outcome: string; status?: number | null }): string {
  const { outcome, status } = attempt;
  if (outcome === "delivered" || outcome === "skipped") return outcome;
  return `${outcome}, ${status ? `status ${status}` : "no response"}`;
}
