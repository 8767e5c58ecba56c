import Alert from "@cloudscape-design/components/alert";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { InternalLink } from "../../../ui/InternalLink";
import type { BulkProgress } from "./queries";

const DONE = { cancel: "cancelled", retry: "retried" };

/** How far a decision on all messages of a filter is, and which messages stayed as they were. */
export function DecisionOutcome({ progress }: { progress: BulkProgress }) {
  const { kind, total, done, failed, isRunning, isStopped, error } = progress;
  const type = failed.length || isStopped ? "warning" : isRunning ? "info" : "success";
  return (
    <SpaceBetween size="s">
      {error !== null && <ErrorAlert error={error} what="Not all messages were reached" />}
      <Alert type={type}>
        {done} of {total} messages {DONE[kind]}
        {failed.length > 0 && `, ${failed.length} could not be`}
        {isRunning && " so far"}
        {isStopped &&
          ". Stopped: what the last request did is in the list. “Go on” decides on the rest."}
        {failed.map(({ id, message }) => (
          <div key={id}>
            <StatusIndicator type="error">
              <InternalLink to={`/console/publisher/${id}`}>Message</InternalLink>:{" "}
              <bdi>{message}</bdi>
            </StatusIndicator>
          </div>
        ))}
      </Alert>
    </SpaceBetween>
  );
}
