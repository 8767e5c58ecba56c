import type { Schemas } from "../../api/client";

export type Overview = Schemas["Overview"];
export type Activity = Schemas["WorkloadActivity"];
export type AttentionItem = Schemas["AttentionItem"];

export const RANGES = ["1h", "24h", "7d"] as const;
export type Range = (typeof RANGES)[number];

/** Whether nothing of an overview exists yet, so that a person is shown where to begin. */
export function isFresh({ workloads, recent }: Overview): boolean {
  const activities = [workloads.records, workloads.orders, workloads.logs, workloads.messages];
  const isIdle = activities.every((activity) => !activity || activity.total === 0);
  return isIdle && !recent.orders.items.length && !recent.messages?.items.length;
}
