import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import type { Schemas } from "../../api/client";
import "./flows.css";

type State = Schemas["Pipeline"];

interface Flow {
  name: string;
  /** From the request to the result; a queue's or a stream's name gets its numbers. */
  steps: { label: string; queue?: string; stream?: string }[];
}

const FLOWS: Flow[] = [
  {
    name: "Records",
    steps: [
      { label: "GET /get-user" },
      { label: "OmniQueue", queue: "searches" },
      { label: "archive worker" },
      { label: "S3 archive" },
    ],
  },
  {
    name: "Orders",
    steps: [
      { label: "POST /orders" },
      { label: "POC-Queue", queue: "orders" },
      { label: "store_orders" },
      { label: "orders table", stream: "orders" },
      { label: "announce_orders" },
      { label: "POC-Topic" },
    ],
  },
  {
    name: "Logs",
    steps: [
      { label: "POST /ingest" },
      { label: "log queue", queue: "logs" },
      { label: "store_logs" },
      { label: "MultiTenantLogs" },
    ],
  },
  {
    name: "Messages",
    steps: [
      { label: "POST /messages" },
      { label: "stream", stream: "messages" },
      { label: "deliver_messages" },
      { label: "channels" },
    ],
  },
];

/** The path of each workload, with what waits on it. */
export function Flows({ state }: { state: State }) {
  return (
    <Container header={<Header variant="h2">Paths</Header>}>
      {FLOWS.map(({ name, steps }) => (
        <div key={name} className="flow">
          <strong>{name}</strong>
          <ol>
            {steps.map(({ label, queue, stream }) => (
              <li key={label}>
                {label}
                <Waiting state={state} queue={queue} stream={stream} />
              </li>
            ))}
          </ol>
        </div>
      ))}
    </Container>
  );
}

function Waiting({
  state,
  queue,
  stream,
}: {
  state: State;
  queue: string | undefined;
  stream: string | undefined;
}) {
  const found = state.queues.find(({ name }) => name === queue);
  const read = state.streams.find(({ name }) => name === stream);
  if (found) return <small>{found.waiting + found.in_flight} waiting</small>;
  if (read?.lag_ms) return <small>{(read.lag_ms / 1000).toFixed(1)} s behind</small>;
  return null;
}
