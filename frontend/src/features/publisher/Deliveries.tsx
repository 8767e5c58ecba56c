import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { Time } from "../../ui/Time";
import { CHANNEL_NAMES, type Delivery, type Message } from "./model";
import { useMessageAction } from "./queries";
import { DeliveryStatusText } from "./statuses";

/** What became of a message, channel by channel. */
export function Deliveries({ message }: { message: Message }) {
  return (
    <Table<Delivery>
      header={<Header variant="h2">Channels</Header>}
      items={message.channels}
      wrapLines
      columnDefinitions={[
        {
          id: "channel",
          header: "Channel",
          isRowHeader: true,
          cell: ({ channel, target }) => (
            <>
              {CHANNEL_NAMES[channel]}
              {target && <Box fontSize="body-s">{target}</Box>}
            </>
          ),
        },
        {
          id: "status",
          header: "Status",
          cell: (delivery) => <DeliveryStatusText delivery={delivery} />,
        },
        {
          id: "error",
          header: "Why not",
          minWidth: 200,
          cell: (delivery) => <WhyNot message={message} delivery={delivery} />,
        },
        {
          id: "at",
          header: "Sent, or next attempt",
          cell: ({ attempts, sent_at, next_attempt_at }) => (
            <>
              <Time at={sent_at ?? next_attempt_at} />
              <Box fontSize="body-s">{attempts === 1 ? "1 attempt" : `${attempts} attempts`}</Box>
            </>
          ),
        },
        { id: "text", header: "Text sent", cell: ({ text }) => <Sent text={text} /> },
        {
          id: "post",
          header: "Post",
          cell: ({ external_id, permalink }) =>
            permalink ? (
              <Link external href={permalink}>
                {external_id}
              </Link>
            ) : (
              (external_id ?? "–")
            ),
        },
      ]}
    />
  );
}

function Sent({ text }: { text: string | null }) {
  if (!text) return <>–</>;
  return (
    <ExpandableSection headerText={`${text.length} characters`}>
      <bdi className="message-text">{text}</bdi>
    </ExpandableSection>
  );
}

function WhyNot({ message, delivery }: { message: Message; delivery: Delivery }) {
  if (delivery.status === "unconfirmed") return <Resolve message={message} delivery={delivery} />;
  if (!delivery.error) return <>–</>;
  return (
    <>
      <bdi>{delivery.error.message}</bdi>
      <Box fontSize="body-s">
        {delivery.error.advice} <code>{delivery.error.code}</code>
      </Box>
    </>
  );
}

/** We cannot know whether it is live: a person looks. */
function Resolve({ message, delivery }: { message: Message; delivery: Delivery }) {
  const act = useMessageAction(message.id);
  const resolve = (outcome: "live" | "post_again") =>
    act.mutate({
      kind: "resolve",
      resolution: {
        channel: delivery.channel,
        outcome,
        ...(delivery.target ? { target: delivery.target } : {}),
      },
    });
  return (
    <SpaceBetween size="xs">
      <Box>We sent it and got no response. Look at the page:</Box>
      <SpaceBetween direction="horizontal" size="xs">
        <Button onClick={() => resolve("live")}>It is live</Button>
        <Button onClick={() => resolve("post_again")}>It is not: post again</Button>
      </SpaceBetween>
      {act.error && <ErrorAlert error={act.error} what="Nothing was changed" />}
    </SpaceBetween>
  );
}
