import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import type { Schemas } from "../../api/client";
import { AnswerLine } from "../../ui/AnswerLine";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { Heartbeat } from "../../ui/Heartbeat";
import { InternalLink } from "../../ui/InternalLink";
import { LiveDot } from "../../ui/LiveDot";
import { Time } from "../../ui/Time";
import { scale, Sparkline } from "../../ui/Sparkline";
import { formatDuration } from "../../ui/time";
import { Title } from "../../ui/Title";
import { Flows } from "./Flows";
import { listWaiting } from "./history";
import { Losses } from "./Losses";
import { usePipeline } from "./queries";

type State = Schemas["Pipeline"];

/** What runs between the requests and the results: queues, streams, workers. */
export default function Pipeline() {
  const pipeline = usePipeline();
  const data = pipeline.data?.data;
  return (
    <SpaceBetween size="l">
      <Title info={<LiveDot at={pipeline.data?.at} isLive error={pipeline.error} />}>
        Pipeline
      </Title>
      {pipeline.error && (
        <ErrorAlert
          error={pipeline.error}
          what={`The pipeline could not be read${data ? "; what is below is older" : ""}`}
          onRetry={() => void pipeline.refetch()}
        />
      )}
      {data && pipeline.data && (
        <SpaceBetween size="l">
          <Flows state={data} />
          <Queues state={data} />
          <Streams state={data} />
          <Heartbeats state={data} now={pipeline.data.at} />
          <Losses state={data} />
        </SpaceBetween>
      )}
      {pipeline.data && (
        <AnswerLine
          shown={data?.queues.length ?? 0}
          what="queues"
          complete
          receipt={pipeline.data}
        />
      )}
    </SpaceBetween>
  );
}

function Queues({ state }: { state: State }) {
  return (
    <Table
      header={<Header variant="h2">Queues</Header>}
      items={state.queues}
      columnDefinitions={[
        { id: "name", header: "Queue", isRowHeader: true, cell: ({ name }) => name },
        { id: "waiting", header: "Waiting", cell: ({ waiting }) => waiting },
        {
          id: "lately",
          header: "Last 10 minutes",
          cell: ({ name }) => (
            <div className="lately">
              <Sparkline heights={scale(listWaiting(name))} />
            </div>
          ),
        },
        { id: "flight", header: "In flight", cell: ({ in_flight }) => in_flight },
        { id: "delayed", header: "Delayed", cell: ({ delayed }) => delayed },
        {
          id: "dead",
          header: "Dead letters",
          cell: ({ name, dead_letters }) =>
            dead_letters ? (
              <InternalLink to={`/console/dead-letters/${encodeURIComponent(name)}`}>
                {String(dead_letters)}
              </InternalLink>
            ) : (
              0
            ),
        },
        {
          id: "age",
          header: "Oldest",
          cell: ({ oldest_age_s }) => formatDuration(oldest_age_s),
        },
      ]}
    />
  );
}

function Streams({ state }: { state: State }) {
  return (
    <Table
      header={<Header variant="h2">Streams</Header>}
      items={state.streams}
      empty="No stream reports."
      columnDefinitions={[
        { id: "name", header: "Stream", isRowHeader: true, cell: ({ name }) => name },
        {
          id: "lag",
          header: "Behind",
          cell: ({ lag_ms }) => (lag_ms === null ? "–" : formatDuration(lag_ms / 1000)),
        },
        { id: "failures", header: "Failed records", cell: ({ failures }) => failures },
      ]}
    />
  );
}

function Heartbeats({ state, now }: { state: State; now: Date }) {
  return (
    <Container header={<Header variant="h2">Workers</Header>}>
      <SpaceBetween size="xs">
        {state.heartbeats.map(({ who, at }) => (
          <SpaceBetween key={who} direction="horizontal" size="xs">
            <Heartbeat who={who} at={at} now={now} />
            {at && <Time at={at} />}
          </SpaceBetween>
        ))}
      </SpaceBetween>
    </Container>
  );
}
