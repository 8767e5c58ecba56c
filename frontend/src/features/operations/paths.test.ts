import { describe, expect, it } from "vitest";
import type { Schemas } from "../../api/client";
import { PATHS, readFigures } from "./paths";

const STATE = {
  queues: [
    { name: "orders", waiting: 1200, in_flight: 3, delayed: 0, dead_letters: 2, oldest_age_s: 4 },
    { name: "logs", waiting: 0, in_flight: 0, delayed: 0, dead_letters: 0, oldest_age_s: null },
  ],
  streams: [{ name: "announce_orders", lag_ms: 8000, failures: 1 }],
  heartbeats: [
    { who: "worker#a", at: null, facts: { archived: 40, buffered: 2 } },
    { who: "worker#b", at: null, facts: { archived: 2, buffered: 0 } },
    { who: "stream:announce_orders", at: null, facts: { lag_ms: 0 } },
  ],
} as unknown as Schemas["Pipeline"];
const ARRIVALS = {
  orders: { total: 20, approximate: false },
  logs: { total: 5000, approximate: true },
  records: { total: null },
  messages: null,
} as unknown as Schemas["Overview"]["workloads"];

describe("the numbers on the edges of a path", () => {
  const read = (edge: Parameters<typeof readFigures>[0]) => readFigures(edge, STATE, ARRIVALS);

  it("say what came in the last hour, and nothing where it is not known", () => {
    expect(read({ of: "arrivals", workload: "orders" }).texts).toEqual(["20 in the last hour"]);
    expect(read({ of: "arrivals", workload: "logs" }).texts).toEqual([
      "about 5,000 in the last hour",
    ]);
    expect(read({ of: "arrivals", workload: "records" }).texts).toEqual([]);
    expect(read({ of: "arrivals", workload: "messages" }).texts).toEqual([]);
  });

  it("say what waits, how long, and that there are dead letters", () => {
    const orders = read({ of: "queue", name: "orders" });
    expect(orders.texts).toEqual(["1,200 waiting", "3 in flight", "oldest 4 s"]);
    expect(orders.dead?.dead_letters).toBe(2);
    expect(read({ of: "queue", name: "logs" })).toEqual({
      texts: ["0 waiting", "0 in flight"],
      dead: null,
    });
  });

  it("say how far a stream is behind, and what all workers archived", () => {
    expect(read({ of: "stream", name: "announce_orders" }).texts).toEqual([
      "8 s behind",
      "1 failed",
    ]);
    expect(read({ of: "worker" }).texts).toEqual(["42 archived", "2 not written yet"]);
  });

  it("are those of every queue and stream once", () => {
    const named = PATHS.flatMap(({ stops }) => stops.flatMap(({ edge }) => edge ?? []));
    const names = named.map((edge) => ("name" in edge ? edge.name : edge.of));
    expect(names.filter((name) => name !== "arrivals").sort()).toEqual([
      "announce_orders",
      "deliver_messages",
      "jobs",
      "logs",
      "mail_events",
      "orders",
      "searches",
      "webhooks",
      "worker",
    ]);
  });
});
