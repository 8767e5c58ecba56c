import { isLosslessNumber, LosslessNumber } from "lossless-json";
import type { Schemas } from "../../api/client";

export type Order = Schemas["Order"];
export type OrderFailure = Schemas["OrderFailure"];
export type OrderStatus = Schemas["OrderStatus"];
export type StoredStatus = Schemas["StoredOrderStatus"];

/** The steps of every order, in their order. */
export const STEPS: OrderStatus[] = ["queued", "stored", "notified"];
/** After this long without its next step an order is late. */
export const LATE_AFTER_S = 5;
const OFTEN_FOR_S = 10;
const OFTEN_MS = 1000;
const SELDOM_MS = 5000;

/** A queued order is in no list until it is stored. */
export const LISTED: StoredStatus[] = ["stored", "notified"];
/** How far back the list may reach; "" is the API's own, and 31 days are its most. */
export const RANGES: Record<string, string> = {
  "": "7 days",
  "1h": "1 hour",
  "24h": "24 hours",
  "31d": "31 days, the most",
};
/** What "" means of them. */
export const DEFAULT_RANGE = "7d";
const ID_RULE = /^[A-Za-z0-9_.@+-]{1,128}$/;

/** What the list asks for, as its address has it; "" is no filter. */
export interface OrderFilter {
  status: StoredStatus | "";
  placedBy: string;
  prefix: string;
  since: string;
  /** Where the range is absolute: when it ends. */
  until: string;
}

/** The filter that an address holds. */
export function readFilter(state: Record<string, string>): OrderFilter {
  return {
    status: LISTED.find((known) => known === state.status) ?? "",
    placedBy: state.placed_by ?? "",
    prefix: state.q ?? "",
    since: state.from ?? state.since ?? "",
    until: state.to ?? "",
  };
}

/** How many filters are set. */
export function countFilters(filter: OrderFilter): number {
  return Object.values({ ...filter, until: "" }).filter(Boolean).length; // it is of one range
}

/** The query of the API for a filter. */
export function buildQuery(filter: OrderFilter) {
  return {
    ...(filter.status && { status: filter.status }),
    ...(filter.placedBy && { placed_by: filter.placedBy }),
    ...(filter.prefix && { q: filter.prefix }),
    ...(filter.since && { since: filter.since }),
    ...(filter.until && { until: filter.until }),
  };
}

/** What is wrong with an id or its beginning; null if it is fine or empty. */
export function checkPrefix(text: string): string | null {
  return !text || ID_RULE.test(text) ? null : "1 to 128 letters, digits and _ . @ + -";
}

export interface Step {
  status: OrderStatus;
  /** null while it has not come. */
  at: Date | null;
  /** Since the step before; null for the first and for what has not come. */
  tookS: number | null;
}

/** Every step of an order, also those that are still to come. */
export function listSteps(order: Order): Step[] {
  const times = new Map(order.timeline.map(({ status, at }) => [status, new Date(at)]));
  return STEPS.map((status, index) => {
    const at = times.get(status) ?? null;
    const before = index > 0 ? (times.get(STEPS[index - 1] as OrderStatus) ?? null) : null;
    const tookS = at && before ? (at.getTime() - before.getTime()) / 1000 : null;
    return { status, at, tookS };
  });
}

/** What an order waits for when it should have come by now, in a sentence; null if all is well. */
export function describeLateness(order: Order, now: Date): string | null {
  const steps = listSteps(order);
  const last = steps.filter(({ at }) => at).at(-1);
  const next = steps.find(({ at }) => !at);
  if (!last?.at || !next) return null;
  const waitedS = Math.round((now.getTime() - last.at.getTime()) / 1000);
  if (waitedS <= LATE_AFTER_S) return null;
  const missing = next.status === "notified" ? "not announced" : `not ${next.status}`;
  return `${capitalise(last.status)} ${waitedS} s ago, ${missing} yet.`;
}

/** What an order that is stored and not announced waits for; null where nothing is behind. */
export function describeLag(order: Order, lagMs: number | null | undefined): string | null {
  if (order.status !== "stored" || !lagMs || lagMs < 1000) return null;
  return `The stream is ${Math.round(lagMs / 1000)} s behind.`;
}

/** When to look again: often at first, seldom after its last step was long ago, never at the end. */
export function pollMs(order: Order | undefined, now: Date): number | false {
  if (!order) return OFTEN_MS;
  if (order.status === "notified") return false;
  const last = Math.max(...order.timeline.map(({ at }) => Date.parse(at)));
  return now.getTime() - last > OFTEN_FOR_S * 1000 ? SELDOM_MS : OFTEN_MS;
}

/** Who an order is of, as it names one; "–" where it names none. */
export function customerOf({ order }: Order): string {
  if (typeof order !== "object" || order === null || !("customer" in order)) return "–";
  const { customer } = order;
  return typeof customer === "object" && !isLosslessNumber(customer) ? "–" : digits(customer);
}

export interface DraftLine {
  sku: string;
  quantity: string;
  unitPrice: string;
}

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** What is wrong with a line, in one sentence; null if it is fine. */
export function checkLine(line: DraftLine): string | null {
  if (!line.sku.trim()) return "Name what is ordered.";
  if (!NUMBER.test(line.quantity) || Number(line.quantity) <= 0) {
    return "The quantity is a number above 0.";
  }
  if (!NUMBER.test(line.unitPrice) || Number(line.unitPrice) < 0) {
    return "The price is a number of 0 or more.";
  }
  return null;
}

/** The order to post; numbers keep their digits as they were typed. */
export function buildOrder(customer: string, lines: DraftLine[]): object {
  return {
    ...(customer.trim() ? { customer: customer.trim() } : {}),
    lines: lines.map(({ sku, quantity, unitPrice }) => ({
      sku: sku.trim(),
      quantity: new LosslessNumber(quantity),
      unit_price: new LosslessNumber(unitPrice),
    })),
  };
}

/** The lines of a stored order; [] where it has none in the known form. */
export function listLines(order: Order): { sku: string; quantity: string; unitPrice: string }[] {
  const posted = order.order;
  if (typeof posted !== "object" || posted === null) return [];
  const { lines } = posted as { lines?: unknown };
  if (!Array.isArray(lines)) return [];
  return lines
    .filter((line): line is Record<string, unknown> => typeof line === "object" && line !== null)
    .map((line) => ({
      sku: String(line.sku ?? ""),
      quantity: digits(line.quantity),
      unitPrice: digits(line.unit_price),
    }));
}

/** Why an order has no lines to show. */
export function explainNoLines({ order }: Order): string {
  if (order === null) return "It is not stored yet.";
  if (typeof order === "string") return "It came to the queue as text: it has no lines.";
  return "This order has no lines.";
}

const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/;

/** The exact product of two plain decimal numbers, such as 9.75 and 2; "–" of anything else. */
export function multiply(one: string, other: string): string {
  const [a, b] = [PLAIN.exec(one), PLAIN.exec(other)];
  if (!a || !b) return "–";
  const decimals = (a[3] ?? "").length + (b[3] ?? "").length;
  const [x, y] = [a, b].map((found) => BigInt((found[2] ?? "") + (found[3] ?? "")));
  const text = ((x ?? 0n) * (y ?? 0n)).toString().padStart(decimals + 1, "0");
  const sign = a[1] === b[1] || /^0+$/.test(text) ? "" : "-";
  const whole = text.slice(0, text.length - decimals);
  return `${sign}${whole}${decimals ? `.${text.slice(text.length - decimals)}` : ""}`;
}

/** A number as it was written. */
export function digits(value: unknown): string {
  if (value === null || value === undefined) return "–";
  return isLosslessNumber(value) ? value.toString() : String(value);
}

function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
