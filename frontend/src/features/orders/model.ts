import { isLosslessNumber, LosslessNumber } from "lossless-json";
import type { Schemas } from "../../api/client";

export type Order = Schemas["Order"];
export type OrderStatus = Schemas["OrderStatus"];

/** The steps of every order, in their order. */
export const STEPS: OrderStatus[] = ["queued", "stored", "notified"];
/** After this long without its next step an order is late. */
export const LATE_AFTER_S = 5;

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

/** When to look again: often at first, never once it is done. */
export function pollMs(order: Order | undefined): number | false {
  if (!order) return 1000;
  return order.status === "notified" ? false : 1000;
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

/** A number as it was written. */
export function digits(value: unknown): string {
  if (value === null || value === undefined) return "–";
  return isLosslessNumber(value) ? value.toString() : String(value);
}

function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
