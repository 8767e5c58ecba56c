import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import Table from "@cloudscape-design/components/table";
import { CopyText } from "../../ui/CopyText";
import { Time } from "../../ui/Time";
import { CHANNEL_NAMES, type Attempt, type Delivery, type Message } from "./model";

/** What was asked of each channel's platform, and what it said: for its support, and for ours. */
export function Attempts({ message }: { message: Message }) {
  const tried = message.channels.filter(({ last_attempts }) => last_attempts?.length);
  if (tried.length === 0) return null;
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="The last ten of each channel. Neither texts nor tokens are kept."
        >
          Attempts
        </Header>
      }
    >
      {tried.map((delivery) => (
        <ExpandableSection
          key={`${delivery.channel} ${delivery.target ?? ""}`}
          headerText={describe(delivery)}
        >
          <AttemptTable delivery={delivery} />
        </ExpandableSection>
      ))}
    </Container>
  );
}

function AttemptTable({ delivery }: { delivery: Delivery }) {
  const attempts = delivery.last_attempts ?? [];
  const newest = attempts.at(-1);
  return (
    <Table<Attempt>
      variant="embedded"
      wrapLines
      items={attempts.toReversed()}
      ariaLabels={{ tableLabel: describe(delivery) }}
      columnDefinitions={[
        {
          id: "at",
          header: "Begun",
          minWidth: 190,
          isRowHeader: true,
          cell: ({ at, duration_ms }) => (
            <>
              <Time at={at} />
              {duration_ms != null && <Box fontSize="body-s">took {duration_ms} ms</Box>}
            </>
          ),
        },
        {
          id: "outcome",
          header: "Outcome",
          minWidth: 150,
          cell: (attempt) => (
            <Outcome
              attempt={attempt}
              isUnderWay={attempt === newest && delivery.status === "sending"}
            />
          ),
        },
        {
          id: "call",
          header: "Request and response",
          minWidth: 230,
          cell: ({ call }) => (call ? <Call call={call} /> : "–"),
        },
        {
          id: "id",
          header: "The platform's request id",
          minWidth: 220,
          cell: ({ call }) => (call?.request_id ? <CopyText text={call.request_id} /> : "–"),
        },
      ]}
    />
  );
}

function Outcome({ attempt, isUnderWay }: { attempt: Attempt; isUnderWay: boolean }) {
  if (!attempt.outcome) return <>{isUnderWay ? "under way" : "no end: its process stopped"}</>;
  return (
    <>
      {attempt.outcome}
      {attempt.error_code && (
        <Box fontSize="body-s">
          {attempt.error_class} <Code text={attempt.error_code} />
        </Box>
      )}
    </>
  );
}

function Call({ call }: { call: NonNullable<Attempt["call"]> }) {
  return (
    <>
      <Code text={call.request} />
      <Box fontSize="body-s">
        {call.status ? (
          `HTTP ${call.status}`
        ) : (
          <>
            no response: <Code text={call.fault ?? ""} />
          </>
        )}
      </Box>
    </>
  );
}

function describe({ channel, target, last_attempts }: Delivery): string {
  const count = last_attempts?.length ?? 0;
  const to = target ? ` to ${target}` : "";
  return `${CHANNEL_NAMES[channel]}${to}: ${count === 1 ? "1 attempt" : `${count} attempts`}`;
}

function Code({ text }: { text: string }) {
  return (
    <code>
      <bdi>{text}</bdi>
    </code>
  );
}
