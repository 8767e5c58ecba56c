import Alert from "@cloudscape-design/components/alert";
import StatusIndicator from "@cloudscape-design/components/status-indicator";

/** What became of one message; `failure` is null if it was done. */
export interface Result {
  id: string;
  text: string;
  failure: string | null;
}

export interface Run {
  /** Such as "cancelled". */
  done: string;
  total: number;
  results: Result[];
  isRunning: boolean;
}

/** How far a bulk action is, and what became of each message. */
export function BulkOutcome({ run: { done, total, results, isRunning } }: { run: Run }) {
  const failed = results.filter(({ failure }) => failure !== null).length;
  return (
    <Alert type={failed ? "warning" : isRunning ? "info" : "success"}>
      {results.length - failed} of {total} {done}
      {failed > 0 && `, ${failed} could not be`}
      {results.map(({ id, text, failure }) => (
        <div key={id}>
          <StatusIndicator type={failure === null ? "success" : "error"}>
            <bdi>{text}</bdi>: {failure ?? done}
          </StatusIndicator>
        </div>
      ))}
    </Alert>
  );
}
