import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { useConsole } from "../../app/context";
import { addNotice } from "../../app/notices";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { useStartJob } from "./queries";

const DEFAULT_PER_SECOND = "50";

/** Gives all letters of a queue back, at a velocity that its function can take. */
export function RedriveAll({ queue, total }: { queue: string; total: number }) {
  const { config, me } = useConsole();
  const [isAsking, setAsking] = useState(false);
  const [perSecond, setPerSecond] = useState(DEFAULT_PER_SECOND);
  const start = useStartJob(queue);
  const confirm = () =>
    start.mutate(Number(perSecond), {
      onSuccess: ({ data, curl }) => {
        addNotice({ type: "success", content: `Redrive ${data.job_id} has begun.`, curl });
        setAsking(false);
      },
    });
  return (
    <>
      <Button
        disabled={!total || !me.may.includes("dead_letters.redrive")}
        onClick={() => setAsking(true)}
      >
        Redrive all {total}
      </Button>
      {isAsking && (
        <ConfirmDialog
          action={`Redrive all ${total}`}
          count={total}
          stage={config.stage}
          isBusy={start.isPending}
          describe={() => start.describe(Number(perSecond))}
          error={start.error && <ErrorAlert error={start.error} what="No redrive was begun" />}
          onConfirm={confirm}
          onCancel={() => setAsking(false)}
        >
          <FormField label="Letters a second" description="What the function can take.">
            <Input
              type="number"
              inputMode="numeric"
              value={perSecond}
              onChange={({ detail }) => setPerSecond(detail.value)}
            />
          </FormField>
        </ConfirmDialog>
      )}
    </>
  );
}
