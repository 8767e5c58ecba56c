import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useConsole } from "../../../app/context";
import { ConfirmDialog } from "../../../ui/ConfirmDialog";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { CHANNEL_NAMES, STATUS_TEXTS } from "../model";
import type { BulkFilter, BulkKind } from "./model";
import { useMeantCount } from "./queries";

interface Props {
  kind: BulkKind;
  filter: BulkFilter;
  onConfirm: (count: number) => void;
  onCancel: () => void;
}

/** Asks with the number of messages, which is counted first. */
export function ConfirmAll({ kind, filter, onConfirm, onCancel }: Props) {
  const { config } = useConsole();
  const { data: count, error, isFetching, refetch } = useMeantCount(kind, filter);
  const verb = kind === "cancel" ? "Cancel" : "Retry";
  const objects = count === 1 ? "1 message" : `${count ?? "…"} messages`;
  return (
    <ConfirmDialog
      action={`${verb} ${objects}`}
      count={count ?? 0}
      stage={config.stage}
      isBusy={isFetching}
      isDisabled={!count}
      error={
        error && (
          <ErrorAlert
            error={error}
            what="They could not be counted"
            onRetry={() => void refetch()}
          />
        )
      }
      onConfirm={() => onConfirm(count ?? 0)}
      onCancel={onCancel}
    >
      {isFetching ? (
        <StatusIndicator type="loading">Counting your messages</StatusIndicator>
      ) : (
        describe(kind, filter)
      )}
    </ConfirmDialog>
  );
}

function describe(kind: BulkKind, { status, channel }: BulkFilter): string {
  const name = channel && CHANNEL_NAMES[channel];
  if (kind === "retry")
    return `What failed on ${name} is tried again; other channels stay as they are.`;
  const which = status
    ? `Each of your messages with the status ${STATUS_TEXTS[status]}`
    : "Each of your messages that would go out, but no draft,";
  return `${which}${name ? ` on ${name}` : ""} is not published.`;
}
