import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useRef, useState } from "react";
import { useConsole } from "../../app/context";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { CHANNEL_NAMES, pickCancellable, pickRetryable, type Channel, type Message } from "./model";
import { useBulkAction, type BulkAction } from "./queries";

interface Run {
  action: BulkAction;
  total: number;
  done: number;
  failures: string[];
  isRunning: boolean;
}

const PAST: Record<BulkAction, string> = { cancel: "cancelled", retry: "retried" };

interface Props {
  chosen: Message[];
  /** The list's filter: only messages that failed there are retried. */
  channel: Channel | "";
  onDone: () => void;
}

/** Cancels or retries the chosen messages, one after the other. */
export function BulkActions({ chosen, channel, onDone }: Props) {
  const { config } = useConsole();
  const { act, refresh } = useBulkAction();
  const [run, setRun] = useState<Run | null>(null);
  const [isAsking, setAsking] = useState(false);
  const stop = useRef<AbortController | null>(null);
  const [cancellable, retryable] = [pickCancellable(chosen), pickRetryable(chosen, channel)];

  const begin = async (action: BulkAction, messages: Message[]) => {
    const { signal } = (stop.current = new AbortController());
    let now: Run = { action, total: messages.length, done: 0, failures: [], isRunning: true };
    setAsking(false);
    setRun(now);
    for (const message of messages) {
      if (signal.aborted) break;
      const failure = await act(action, message.id, signal).then(() => null, describe);
      now = failure
        ? { ...now, failures: [...now.failures, `${message.content.slice(0, 40)}: ${failure}`] }
        : { ...now, done: now.done + 1 };
      setRun(now);
    }
    setRun({ ...now, isRunning: false });
    onDone();
    await refresh();
  };
  return (
    <SpaceBetween size="s">
      <SpaceBetween direction="horizontal" size="xs">
        <Button
          disabled={!retryable.length || !!run?.isRunning}
          onClick={() => void begin("retry", retryable)}
        >
          Retry {channel && `failed of ${CHANNEL_NAMES[channel]}: `}
          {retryable.length}
        </Button>
        <Button disabled={!cancellable.length || !!run?.isRunning} onClick={() => setAsking(true)}>
          Cancel {cancellable.length}
        </Button>
        {run?.isRunning && <Button onClick={() => stop.current?.abort()}>Stop</Button>}
      </SpaceBetween>
      {run && <Outcome run={run} />}
      {isAsking && (
        <ConfirmDialog
          action={`Cancel ${cancellable.length} messages`}
          count={cancellable.length}
          stage={config.stage}
          isBusy={false}
          onConfirm={() => void begin("cancel", cancellable)}
          onCancel={() => setAsking(false)}
        >
          Drafts and scheduled messages among the chosen are not published.
        </ConfirmDialog>
      )}
    </SpaceBetween>
  );
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function Outcome({ run }: { run: Run }) {
  const { action, done, total, failures, isRunning } = run;
  return (
    <Alert type={failures.length ? "warning" : isRunning ? "info" : "success"}>
      {done} of {total} {PAST[action]}
      {failures.length > 0 && `, ${failures.length} could not be:`}
      {failures.map((failure) => (
        <div key={failure}>
          <bdi>{failure}</bdi>
        </div>
      ))}
    </Alert>
  );
}
