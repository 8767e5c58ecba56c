import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useConsole } from "../../../app/context";
import { Time } from "../../../ui/Time";
import type { Message } from "../model";
import { Decide } from "./Decide";
import { listDecisions, mayDecide, type Decided } from "./model";

/** Who approved a message or sent it back, and for who may, the buttons to do so. */
export function Approval({ message }: { message: Message }) {
  const { me } = useConsole();
  if (!message.approval) return null;
  const decisions = listDecisions(message);
  const isWaiting = message.status === "waiting";
  const isAsked = mayDecide(message, me);
  return (
    <Container header={<Header variant="h2">Approval</Header>}>
      <SpaceBetween size="m">
        {isWaiting && (
          <StatusIndicator type="pending">
            Waiting for {isAsked ? "you or " : ""}another publisher since{" "}
            <Time at={message.approval.requested_at} />
          </StatusIndicator>
        )}
        {decisions.map((decision) => (
          <Decision key={decision.at} decision={decision} />
        ))}
        {isAsked && <Decide message={message} />}
      </SpaceBetween>
    </Container>
  );
}

function Decision({ decision: { outcome, by, at, comment } }: { decision: Decided }) {
  const { me } = useConsole();
  const isApproved = outcome === "approved";
  return (
    <div>
      <StatusIndicator type={isApproved ? "success" : "warning"}>
        {isApproved ? "Approved" : "Sent back"} by {by === me.id ? "you" : <bdi>{by}</bdi>}{" "}
        <Time at={at} />
      </StatusIndicator>
      {comment && (
        <Box>
          <bdi className="message-text">{comment}</bdi>
        </Box>
      )}
    </div>
  );
}
