import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { useConsole } from "../../app/context";
import { AnswerLine } from "../../ui/AnswerLine";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { InternalLink } from "../../ui/InternalLink";
import { LiveDot } from "../../ui/LiveDot";
import { Time } from "../../ui/Time";
import { Title } from "../../ui/Title";
import { AdaptedTexts } from "./Adapted";
import { Deliveries } from "./Deliveries";
import { Arrived } from "./Arrived";
import { Attempts } from "./Attempts";
import { Approval } from "./approval/Approval";
import { canCancel, CHANNEL_NAMES, isFinal, isMovable, type Channel, type Message } from "./model";
import { MoveMessage } from "./MoveMessage";
import { useMessage, useMessageAction } from "./queries";
import { MessageStatusText } from "./statuses";

/** One message: what became of it on each channel, and what can be done. */
export default function MessagePage() {
  const { id = "" } = useParams();
  const message = useMessage(id);
  const data = message.data?.data;
  return (
    <SpaceBetween size="l">
      <Title
        info={
          data && !isFinal(data) && <LiveDot at={message.data?.at} isLive error={message.error} />
        }
        description={data && <MessageStatusText status={data.status} />}
        actions={data && <Actions message={data} />}
      >
        Message
      </Title>
      {message.error && (
        <ErrorAlert
          error={message.error}
          what="The message could not be read"
          onRetry={() => void message.refetch()}
        />
      )}
      {data && (
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">Text</Header>}>
            <SpaceBetween size="m">
              <bdi className="message-text">{data.content}</bdi>
              <OtherWords message={data} />
              <AdaptedTexts message={data} />
              {data.notes.map((note) => (
                <Alert key={note}>{note}</Alert>
              ))}
              <KeyValuePairs
                columns={4}
                items={[
                  { label: "Scheduled for", value: <Time at={data.scheduled_at} /> },
                  { label: "In the zone", value: data.time_zone ?? "–" },
                  { label: "Written", value: <Time at={data.created_at} /> },
                  { label: "Images", value: data.media.length },
                  ...(data.series_id
                    ? [{ label: "Of a series", value: <SeriesLink id={data.series_id} /> }]
                    : []),
                ]}
              />
            </SpaceBetween>
          </Container>
          <Approval message={data} />
          <Deliveries message={data} />
          <Attempts message={data} />
        </SpaceBetween>
      )}
      {message.data && <AnswerLine shown={1} what="message" complete receipt={message.data} />}
    </SpaceBetween>
  );
}

/** What is said beside the common text: subject, texts of channels, recipients and images. */
function OtherWords({ message }: { message: Message }) {
  const { subject, overrides, recipients, media } = message;
  const texts = Object.entries(overrides).flatMap(([channel, other]) =>
    [other.subject, other.content]
      .filter((text) => text)
      .map((text) => [`Text for ${CHANNEL_NAMES[channel as Channel]}`, text]),
  );
  const named = [...(recipients?.email ?? []), ...(recipients?.sms ?? [])].join(", ");
  const items = [["Subject", subject], ...texts, ["Recipients", named]].flatMap(([label, text]) =>
    label && text ? [{ label, value: <bdi className="message-text">{text}</bdi> }] : [],
  );
  return (
    <>
      {items.length > 0 && <KeyValuePairs items={items} />}
      {media.map((id, index) => (
        <Arrived key={id} id={id} name={`image ${index + 1}`} />
      ))}
    </>
  );
}

function SeriesLink({ id }: { id: string }) {
  return <InternalLink to={`/console/series/${id}`}>Show the series</InternalLink>;
}

function Actions({ message }: { message: Message }) {
  const navigate = useNavigate();
  const act = useMessageAction(message.id);
  const failed = message.channels.filter(({ status }) => status === "failed").length;
  const [isMoving, setMoving] = useState(false);
  const isOwn = message.created_by === useConsole().me.id; // an approver sees those of others
  return (
    <SpaceBetween size="xs">
      <SpaceBetween direction="horizontal" size="xs">
        {isOwn && failed > 0 && (
          <Button
            variant="primary"
            loading={act.isPending}
            onClick={() => act.mutate({ kind: "retry" })}
          >
            Retry {failed} failed
          </Button>
        )}
        {isOwn && canCancel(message) && (
          <Button loading={act.isPending} onClick={() => act.mutate({ kind: "cancel" })}>
            Cancel the message
          </Button>
        )}
        {isOwn && isMovable(message) && (
          <Button onClick={() => void navigate(`/console/publisher/new?edit=${message.id}`)}>
            Edit
          </Button>
        )}
        {isOwn && isMovable(message) && <Button onClick={() => setMoving(true)}>Move to …</Button>}
        <Button onClick={() => void navigate(`/console/publisher/new?from=${message.id}`)}>
          Write again
        </Button>
      </SpaceBetween>
      {act.error && <ErrorAlert error={act.error} what="Nothing was changed" />}
      {isMoving && <MoveMessage message={message} zone="UTC" onClose={() => setMoving(false)} />}
    </SpaceBetween>
  );
}
