import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import { useState } from "react";
import { useConsole } from "../../app/context";
import { addNotice } from "../../app/notices";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { download } from "../../ui/download";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { exportLetters, type DeadLetter } from "./model";
import { useLetterAction } from "./queries";

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
  const remove = useLetterAction(queue, "delete");
  const ids = letters.map(({ id }) => id);
  const confirm = () => {
    if (saves) download(`${queue}-dead-letters.ndjson`, exportLetters(letters));
    remove.mutate(ids, {
      onSuccess: ({ data, curl }) => {
        addNotice({ type: "success", content: `${data.done.length} letters are deleted.`, curl });
        setAsking(false);
        onDone();
      },
    });
  };
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
          action={`Delete ${letters.length} letters`}
          count={letters.length}
          stage={config.stage}
          isBusy={remove.isPending}
          describe={() => remove.describe(ids)}
          error={remove.error && <ErrorAlert error={remove.error} what="Nothing was deleted" />}
          onConfirm={confirm}
          onCancel={() => setAsking(false)}
        >
          <Checkbox checked={saves} onChange={({ detail }) => setSaves(detail.checked)}>
            Save as NDJSON first
          </Checkbox>
        </ConfirmDialog>
      )}
    </>
  );
}
