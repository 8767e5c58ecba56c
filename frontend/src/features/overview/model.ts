import type { Schemas } from "../../api/client";
import { describeReporter } from "../../ui/reporters";
import { formatDuration } from "../../ui/time";

export type Overview = Schemas["Overview"];
export type Activity = Schemas["WorkloadActivity"];
export type AttentionItem = Schemas["AttentionItem"];

export const RANGES = ["1h", "24h", "7d"] as const;
export type Range = (typeof RANGES)[number];

/** What the silence of the worker means, in place of the API's shorter message. */
export function describeAttention(item: AttentionItem, now: Date): string {
  if (item.kind !== "worker_silent" || !item.since) return item.message;
  const ageS = (now.getTime() - Date.parse(item.since)) / 1000;
  const { name, meanwhile } = describeReporter(item.subject);
  return `${name} last reported ${formatDuration(ageS)} ago. ${meanwhile}`;
}

/** The names of checks for people: "dead letters of orders". */
export function nameChecks(checks: Overview["checks"]): string {
  const names = checks.map(({ name }) => name.replace(/^dead_letters\./, "dead letters of "));
  return names.join(", ").replaceAll("_", " ");
}

interface Listed {
  complete: boolean;
  items: unknown;
}

/** An overview in which parts that could not be read are as they were before. */
export function fillIn(now: Overview, before: Overview | undefined): Overview {
  if (!before) return now;
  const keep = (activity: Activity, old: Activity | null): Activity =>
    activity.total === null && old
      ? { ...activity, total: old.total, series: old.series }
      : activity;
  const list = <L extends Listed>(found: L, old: L | null): L =>
    found.complete || !old ? found : { ...found, items: old.items };
  const { records, orders, logs, messages } = now.workloads;
  return {
    ...now,
    workloads: {
      records: records && keep(records, before.workloads.records),
      orders: keep(orders, before.workloads.orders),
      logs: logs && keep(logs, before.workloads.logs),
      messages: messages && keep(messages, before.workloads.messages),
    },
    recent: {
      orders: list(now.recent.orders, before.recent.orders),
      messages: now.recent.messages && list(now.recent.messages, before.recent.messages),
      failed_requests:
        now.recent.failed_requests &&
        list(now.recent.failed_requests, before.recent.failed_requests),
    },
  };
}

/** Whether nothing of an overview exists yet, so that a person is shown where to begin. */
export function isFresh({ workloads, recent }: Overview): boolean {
  const activities = [workloads.records, workloads.orders, workloads.logs, workloads.messages];
  const isIdle = activities.every((activity) => !activity || activity.total === 0);
  return isIdle && !recent.orders.items.length && !recent.messages?.items.length;
}
