import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useRef, useState } from "react";
import { useConsole } from "../../app/context";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { BulkOutcome, type Run } from "./BulkOutcome";
import {
  CHANNEL_NAMES,
  DEFAULT_TIME,
  inZone,
  isMovable,
  moveDay,
  pickCancellable,
  pickRetryable,
  shorten,
  type Channel,
  type Message,
} from "./model";
import { useBulkAction, type BulkAction } from "./queries";
import { lazyPart } from "../../ui/lazyPart";

const MoveDialog = lazyPart(() => import("./MoveDialog"), { isExtra: true }); // its date picker is a tenth of the page

const DONE: Record<BulkAction["kind"], string> = {
  cancel: "cancelled",
  retry: "retried",
  reschedule: "moved",
};

interface Props {
  chosen: Message[];
  /** The list's filter: only messages that failed there are retried. */
  channel: Channel | "";
  onDone: () => void;
}

/** Cancels, moves or retries the chosen messages of one's own, one after the other. */
export function BulkActions({ chosen, channel, onDone }: Props) {
  const { config, me } = useConsole();
  const { act, refresh } = useBulkAction();
  const [run, setRun] = useState<Run | null>(null);
  const [asked, setAsked] = useState<"cancel" | "move" | null>(null);
  const stop = useRef<AbortController | null>(null);
  const own = chosen.filter(({ created_by: author }) => author === me.id);
  const [cancellable, retryable] = [pickCancellable(own), pickRetryable(own, channel)];
  const movable = own.filter(isMovable);
  const isRunning = run?.isRunning === true;

  const begin = async (action: BulkAction, messages: Message[]) => {
    const { signal } = (stop.current = new AbortController());
    let now: Run = {
      done: DONE[action.kind],
      total: messages.length,
      results: [],
      isRunning: true,
    };
    setAsked(null);
    setRun(now);
    for (const { id, content } of messages) {
      if (signal.aborted) break;
      const failure = await act(action, id, signal).then(() => null, describe);
      now = { ...now, results: [...now.results, { id, text: shorten(content), failure }] };
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
          disabled={!retryable.length || isRunning}
          onClick={() => void begin({ kind: "retry" }, retryable)}
        >
          Retry {channel && `failed of ${CHANNEL_NAMES[channel]}: `}
          {retryable.length}
        </Button>
        <Button disabled={!movable.length || isRunning} onClick={() => setAsked("move")}>
          Move {movable.length} to …
        </Button>
        <Button disabled={!cancellable.length || isRunning} onClick={() => setAsked("cancel")}>
          Cancel {cancellable.length}
        </Button>
        {isRunning && <Button onClick={() => stop.current?.abort()}>Stop</Button>}
      </SpaceBetween>
      {run && <BulkOutcome run={run} />}
      {asked === "move" && (
        <MoveDialog
          title={`Move ${movable.length} messages`}
          initial={tomorrow()}
          isBusy={false}
          onConfirm={(to) => void begin({ kind: "reschedule", to }, movable)}
          onClose={() => setAsked(null)}
        >
          <p>All are published at the same time. Drafts are scheduled by it.</p>
        </MoveDialog>
      )}
      {asked === "cancel" && (
        <ConfirmDialog
          action={`Cancel ${cancellable.length} messages`}
          count={cancellable.length}
          stage={config.stage}
          isBusy={false}
          onConfirm={() => void begin({ kind: "cancel" }, cancellable)}
          onCancel={() => setAsked(null)}
        >
          Drafts, waiting and scheduled messages among the chosen are not published.
        </ConfirmDialog>
      )}
    </SpaceBetween>
  );
}

function tomorrow() {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const [today] = inZone(new Date().toISOString(), timeZone);
  return { localTime: `${moveDay(today, 1)}T${DEFAULT_TIME}`, timeZone };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
