import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { read, type Schemas } from "../../api/client";
import { useConsole } from "../../app/context";
import { usePoll } from "../../app/usePoll";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { Heartbeat } from "../../ui/Heartbeat";
import { InternalLink } from "../../ui/InternalLink";
import { formatDuration } from "../../ui/time";

const EVERY_MS = 5000;

/** For operators: whether the workers report, and what waits in each queue. */
export function Queues() {
  const { api } = useConsole();
  const pipeline = usePoll({
    key: ["pipeline"],
    read: (signal) => read(api.GET("/api/v1/pipeline", { signal })),
    everyMs: EVERY_MS,
  });
  const data = pipeline.data;
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={<InternalLink to="/console/pipeline">Pipeline</InternalLink>}
          description={data && <Workers pipeline={data.data} now={data.at} />}
        >
          Queues
        </Header>
      }
    >
      {pipeline.error && (
        <ErrorAlert
          error={pipeline.error}
          what={`The queues could not be read${data ? "; what is below is older" : ""}`}
          onRetry={() => void pipeline.refetch()}
        />
      )}
      {data && <QueueTable queues={data.data.queues} />}
    </Container>
  );
}

function Workers({ pipeline, now }: { pipeline: Schemas["Pipeline"]; now: Date }) {
  return (
    <SpaceBetween direction="horizontal" size="m">
      {pipeline.heartbeats.map(({ who, at }) => (
        <Heartbeat key={who} who={who} at={at} now={now} />
      ))}
    </SpaceBetween>
  );
}

/** A plain table, as light as the page must be. */
function QueueTable({ queues }: { queues: Schemas["QueueState"][] }) {
  return (
    <table className="recent">
      <caption className="unseen">Queues</caption>
      <thead>
        <tr>
          {["Queue", "Waiting", "In flight", "Dead letters", "Oldest"].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {queues.map(({ name, waiting, in_flight, dead_letters, oldest_age_s }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{waiting}</td>
            <td>{in_flight}</td>
            <td>
              <InternalLink to={`/console/dead-letters/${encodeURIComponent(name)}`}>
                {String(dead_letters)}
              </InternalLink>
            </td>
            <td>{formatDuration(oldest_age_s)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
