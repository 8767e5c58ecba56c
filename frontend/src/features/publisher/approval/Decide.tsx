import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { useNavigate } from "react-router";
import { addNotice } from "../../../app/notices";
import { CopyRequest } from "../../../ui/CopyRequest";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { useDraft } from "../../../ui/useDraft";
import type { Message } from "../model";
import { useSeries } from "../series/queries";
import { useDecision, type Decision } from "./queries";

const MOST_LETTERS = 1000;

/** Lets a message of somebody else go, or sends it back; a comment is needed for the latter. */
export function Decide({ message }: { message: Message }) {
  const [comment, setComment, forget] = useDraft(`decide-${message.id}-${message.rev}`);
  const [withSeries, setWithSeries] = useState(false);
  const navigate = useNavigate();
  const series = useSeries(message.series_id ?? "").data?.data;
  const decision = useDecision(message.id);
  const said = comment.trim();
  const decide = (made: Decision, done: string) =>
    decision.mutate(made, {
      onSuccess: ({ curl }) => {
        forget();
        addNotice({ type: "success", content: `The message is ${done}.`, curl });
        void navigate("/console/publisher?status=waiting");
      },
    });
  const approval: Decision = {
    kind: "approve",
    body: {
      rev: message.rev,
      ...(said && { comment: said }),
      ...(withSeries && series && { series_rev: series.rev }),
    },
  };
  const refusal: Decision = { kind: "send-back", body: { rev: message.rev, comment: said } };
  return (
    <SpaceBetween size="s">
      <FormField label="Comment" constraintText="Needed to send it back" stretch>
        <Textarea
          value={comment}
          rows={3}
          onChange={({ detail }) => setComment(detail.value.slice(0, MOST_LETTERS))}
        />
      </FormField>
      {series && (
        <Checkbox checked={withSeries} onChange={({ detail }) => setWithSeries(detail.checked)}>
          Approve its series too: later messages do not wait
        </Checkbox>
      )}
      <SpaceBetween direction="horizontal" size="xs">
        <Button
          variant="primary"
          loading={decision.isPending}
          onClick={() => decide(approval, "approved")}
        >
          Approve
        </Button>
        <Button
          disabled={!said}
          loading={decision.isPending}
          onClick={() => decide(refusal, "sent back")}
        >
          Send back
        </Button>
        <CopyRequest describe={() => decision.describe(approval)} />
        {said && <CopyRequest of="sending it back" describe={() => decision.describe(refusal)} />}
      </SpaceBetween>
      {decision.error && <ErrorAlert error={decision.error} what="Nothing was decided" />}
    </SpaceBetween>
  );
}
