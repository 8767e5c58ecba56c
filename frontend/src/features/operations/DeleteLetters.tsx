import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useState } from "react";
import { useConsole } from "../../app/context";
import { addNotice } from "../../app/notices";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { download } from "../../ui/download";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { describeRest, exportLetters, type DeadLetter } from "./model";
import { useLetterAction } from "./queries";
import { useWholeLetters } from "./useWholeLetters";

interface Props {
  queue: string;
  letters: DeadLetter[];
  onDone: () => void;
}

/** Deletes the chosen letters, after they were saved unless that is not wanted. */
export function DeleteLetters({ queue, letters, onDone }: Props) {
  const { config, me } = useConsole();
  const [isAsking, setAsking] = useState(false);
  const [saves, setSaves] = useState(true);
  const reading = useWholeLetters(queue);
  const remove = useLetterAction(queue, "delete");
  const ids = letters.map(({ id }) => id);
  const count = letters.length === 1 ? "1 letter" : `${letters.length} letters`;
  const confirm = async () => {
    if (saves) {
      const whole = await reading.mutateAsync(letters);
      download(`${queue}-dead-letters.ndjson`, exportLetters(whole));
    }
    const { data, curl } = await remove.mutateAsync(ids);
    const content = `${data.done.length} of ${count} deleted${describeRest(data, "deleted")}.`;
    addNotice({ type: data.failed.length ? "warning" : "success", content, curl });
    setAsking(false);
    onDone();
  };
  const error = reading.error ?? remove.error;
  return (
    <>
      <Button
        disabled={!letters.length || !me.may.includes("dead_letters.delete")}
        onClick={() => setAsking(true)}
      >
        Delete {letters.length}
      </Button>
      {isAsking && (
        <ConfirmDialog
          action={`Delete ${count}`}
          count={letters.length}
          stage={config.stage}
          isBusy={reading.isPending || remove.isPending}
          describe={() => remove.describe(ids)}
          error={error && <ErrorAlert error={error} what="Nothing was deleted" />}
          onConfirm={() => void confirm().catch(() => undefined)} // shown from their errors
          onCancel={() => {
            reading.stop();
            reading.reset();
            setAsking(false);
          }}
        >
          <Checkbox checked={saves} onChange={({ detail }) => setSaves(detail.checked)}>
            Save as NDJSON first
          </Checkbox>
          {reading.isPending && (
            <StatusIndicator type="loading">
              {reading.done} of {reading.total} long texts are read
            </StatusIndicator>
          )}
        </ConfirmDialog>
      )}
    </>
  );
}
