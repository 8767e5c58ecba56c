import type { Schemas } from "../../api/client";
import { formatDuration } from "../../ui/time";

type State = Schemas["Pipeline"];
type Arrivals = Schemas["Overview"]["workloads"];
type Queue = Schemas["QueueState"];

/** What is known of the way to a stop. */
type Edge =
  | { of: "arrivals"; workload: keyof Arrivals }
  | { of: "queue"; name: string }
  | { of: "stream"; name: string }
  | { of: "worker" };

export interface Stop {
  label: string;
  edge?: Edge;
}

export interface Path {
  name: string;
  /** From the request to the result. */
  stops: Stop[];
}

const arrivals = (workload: keyof Arrivals): Edge => ({ of: "arrivals", workload });
const queue = (name: string): Edge => ({ of: "queue", name });
const stream = (name: string): Edge => ({ of: "stream", name });

export const PATHS: Path[] = [
  {
    name: "Records",
    stops: [{ label: "POST /stream" }, { label: "records table", edge: arrivals("records") }],
  },
  {
    name: "Searches",
    stops: [
      { label: "GET /get-user" },
      { label: "OmniQueue" },
      { label: "archive worker", edge: queue("searches") },
      { label: "S3 archive", edge: { of: "worker" } },
    ],
  },
  {
    name: "Orders",
    stops: [
      { label: "POST /orders" },
      { label: "POC-Queue", edge: arrivals("orders") },
      { label: "store_orders", edge: queue("orders") },
      { label: "orders table" },
      { label: "announce_orders", edge: stream("announce_orders") },
      { label: "POC-Topic" },
    ],
  },
  {
    name: "Logs",
    stops: [
      { label: "POST /ingest" },
      { label: "log queue", edge: arrivals("logs") },
      { label: "process_logs", edge: queue("logs") },
      { label: "MultiTenantLogs" },
    ],
  },
  {
    name: "Messages",
    stops: [
      { label: "POST /messages" },
      { label: "stream", edge: arrivals("messages") },
      { label: "deliver_messages", edge: stream("deliver_messages") },
      { label: "channels" },
    ],
  },
  {
    name: "Webhooks",
    stops: [
      { label: "events" },
      { label: "webhook queue" },
      { label: "deliver_webhooks", edge: queue("webhooks") },
      { label: "receivers" },
    ],
  },
  {
    name: "E-mail events",
    stops: [
      { label: "SES" },
      { label: "mail event queue" },
      { label: "process_mail_events", edge: queue("mail_events") },
      { label: "suppressions" },
    ],
  },
  {
    name: "Redrives",
    stops: [
      { label: "POST …/jobs" },
      { label: "job queue" },
      { label: "run_jobs", edge: queue("jobs") },
      { label: "queues" },
    ],
  },
];

/** The numbers on the way to a stop, and the queue whose dead letters are on it. */
export interface Figures {
  texts: string[];
  dead: Queue | null;
}

/** What is known of an edge; `reported` is null until the overview is read. */
export function readFigures(edge: Edge, state: State, reported: Arrivals | null): Figures {
  switch (edge.of) {
    case "arrivals":
      return { texts: describeArrivals(reported?.[edge.workload] ?? null), dead: null };
    case "queue": {
      const found = state.queues.find(({ name }) => name === edge.name);
      return found ? describeQueue(found) : { texts: [], dead: null };
    }
    case "stream":
      return {
        texts: describeStream(state.streams.find(({ name }) => name === edge.name)),
        dead: null,
      };
    case "worker":
      return { texts: describeWorkers(state.heartbeats), dead: null };
  }
}

function describeArrivals(activity: Schemas["WorkloadActivity"] | null): string[] {
  if (!activity || activity.total === null) return [];
  const about = activity.approximate ? "about " : "";
  return [`${about}${activity.total.toLocaleString("en")} in the last hour`];
}

function describeQueue(found: Queue): Figures {
  const { waiting, in_flight: inFlight, oldest_age_s: age } = found;
  const texts = [`${waiting.toLocaleString("en")} waiting`, `${inFlight} in flight`];
  if (age !== null && waiting > 0) texts.push(`oldest ${formatDuration(age)}`);
  return { texts, dead: found.dead_letters > 0 ? found : null };
}

function describeStream(found: Schemas["StreamState"] | undefined): string[] {
  if (!found) return [];
  const { lag_ms: lag, failures } = found;
  const behind = lag === null ? "lag is not known" : `${formatDuration(lag / 1000)} behind`;
  return failures > 0 ? [behind, `${failures} failed`] : [behind];
}

/** What all archive workers together say, since each began. */
function describeWorkers(beats: State["heartbeats"]): string[] {
  const facts = beats.filter(({ who }) => who.startsWith("worker#")).map((beat) => beat.facts);
  if (!facts.length) return [];
  const sum = (name: string) =>
    facts.reduce((total, said) => total + (Number(said[name]) || 0), 0).toLocaleString("en");
  return [`${sum("archived")} archived`, `${sum("buffered")} not written yet`];
}
