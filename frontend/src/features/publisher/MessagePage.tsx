import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { AnswerLine } from "../../ui/AnswerLine";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { InternalLink } from "../../ui/InternalLink";
import { LiveDot } from "../../ui/LiveDot";
import { Time } from "../../ui/Time";
import { Title } from "../../ui/Title";
import { Deliveries } from "./Deliveries";
import { isFinal, isMovable, type Message } from "./model";
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
        info={data && !isFinal(data) && <LiveDot at={message.data?.at} isLive />}
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
          <Deliveries message={data} />
        </SpaceBetween>
      )}
      {message.data && <AnswerLine shown={1} what="message" complete receipt={message.data} />}
    </SpaceBetween>
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
  const canCancel = ["draft", "scheduled", "queued"].includes(message.status);
  return (
    <SpaceBetween size="xs">
      <SpaceBetween direction="horizontal" size="xs">
        {failed > 0 && (
          <Button
            variant="primary"
            loading={act.isPending}
            onClick={() => act.mutate({ kind: "retry" })}
          >
            Retry {failed} failed
          </Button>
        )}
        {canCancel && (
          <Button loading={act.isPending} onClick={() => act.mutate({ kind: "cancel" })}>
            Cancel the message
          </Button>
        )}
        {isMovable(message) && <Button onClick={() => setMoving(true)}>Move to …</Button>}
        <Button onClick={() => void navigate(`/console/publisher/new?from=${message.id}`)}>
          Write again
        </Button>
      </SpaceBetween>
      {act.error && <ErrorAlert error={act.error} what="Nothing was changed" />}
      {isMoving && <MoveMessage message={message} zone="UTC" onClose={() => setMoving(false)} />}
    </SpaceBetween>
  );
}
