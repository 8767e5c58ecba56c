import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { removeSampleRecords, SAMPLE_RECORDS } from "../api/sampleRecords";
import { useConsole } from "../app/context";
import { addNotice } from "../app/notices";
import { ConfirmDialog } from "./ConfirmDialog";
import { ErrorAlert } from "./ErrorAlert";

/** A button that removes the records of the sample data; orders, logs and messages stay. */
export function RemoveSampleRecords() {
  const console = useConsole();
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => removeSampleRecords(console),
    onSuccess: () => addNotice({ type: "success", content: "The sample records are removed." }),
    onSettled: async () => {
      setAsking(false);
      await queries.invalidateQueries();
    },
  });
  return (
    <SpaceBetween size="s">
      {remove.error && <ErrorAlert error={remove.error} what="Not all were removed" />}
      <Button onClick={() => setAsking(true)}>Remove sample records</Button>
      {isAsking && (
        <ConfirmDialog
          action={`Remove ${SAMPLE_RECORDS.length} records`}
          count={SAMPLE_RECORDS.length}
          stage={console.config.stage}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onCancel={() => setAsking(false)}
        >
          The records sample-1 to sample-{SAMPLE_RECORDS.length} are deleted, as far as they are
          there.
        </ConfirmDialog>
      )}
    </SpaceBetween>
  );
}
