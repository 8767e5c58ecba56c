import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useConsole } from "../../app/context";
import { addNotice } from "../../app/notices";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { CopyText } from "../../ui/CopyText";
import { CopyRequest } from "../../ui/CopyRequest";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { Time } from "../../ui/Time";
import { describeTest, type Webhook } from "./model";
import { useDeleteWebhook, usePauseWebhook, useRotateSecret, useTestWebhook } from "./queries";

interface Props {
  webhook: Webhook;
  onRotated: (secret: string) => void;
  onDeleted: () => void;
}

/** One webhook, and what can be done with it. */
export function WebhookPanel({ webhook, onRotated, onDeleted }: Props) {
  const [asked, setAsked] = useState<"rotate" | "delete" | null>(null);
  const test = useTestWebhook();
  const pause = usePauseWebhook();
  const isActive = webhook.state === "active";
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button loading={test.isPending} onClick={() => test.mutate(webhook)}>
                Send a test event
              </Button>
              <Button loading={pause.isPending} onClick={() => pause.mutate(webhook)}>
                {isActive ? "Pause" : "Resume"}
              </Button>
              <Button onClick={() => setAsked("rotate")}>Rotate the secret</Button>
              <Button onClick={() => setAsked("delete")}>Delete</Button>
              <CopyRequest describe={() => test.describe(webhook)} />
            </SpaceBetween>
          }
        >
          <bdi>{webhook.description || "Webhook"}</bdi>
        </Header>
      }
    >
      <SpaceBetween size="m">
        {pause.error && <ErrorAlert error={pause.error} what="The webhook was not changed" />}
        {test.error && <ErrorAlert error={test.error} what="No test event was sent" />}
        {test.data && (
          <Alert type={test.data.data.delivered ? "success" : "warning"}>
            The receiver: <bdi>{describeTest(test.data.data)}</bdi>
          </Alert>
        )}
        <Facts webhook={webhook} />
      </SpaceBetween>
      {asked === "rotate" && (
        <Rotate webhook={webhook} onDone={onRotated} onClose={() => setAsked(null)} />
      )}
      {asked === "delete" && (
        <Delete webhook={webhook} onDone={onDeleted} onClose={() => setAsked(null)} />
      )}
    </Container>
  );
}

function Facts({ webhook }: { webhook: Webhook }) {
  return (
    <KeyValuePairs
      columns={3}
      items={[
        { label: "ID", value: <CopyText text={webhook.id} /> },
        { label: "Created", value: <Time at={webhook.created_at} /> },
        { label: "Created by", value: <bdi>{webhook.created_by}</bdi> },
        { label: "Failed events in a row", value: webhook.failures.toLocaleString("en") },
        { label: "Failing since", value: <Time at={webhook.failing_since} /> },
        { label: "The last secret signs until", value: <Time at={webhook.old_secret_until} /> },
      ]}
    />
  );
}

interface AskProps<T extends unknown[]> {
  webhook: Webhook;
  onDone: (...given: T) => void;
  onClose: () => void;
}

function Rotate({ webhook, onDone, onClose }: AskProps<[secret: string]>) {
  const { config } = useConsole();
  const rotate = useRotateSecret();
  const confirm = () =>
    rotate.mutate(webhook, {
      onSuccess: ({ data }) => {
        onClose();
        onDone(data.secret);
      },
    });
  return (
    <ConfirmDialog
      action="Rotate 1 secret"
      count={1}
      stage={config.stage}
      isBusy={rotate.isPending}
      describe={() => rotate.describe(webhook)}
      error={rotate.error && <ErrorAlert error={rotate.error} what="Nothing was rotated" />}
      onConfirm={confirm}
      onCancel={onClose}
    >
      Requests to <bdi>{webhook.url}</bdi> are signed by the new and the last secret for 24 hours.
      Change the receiver in that time.
    </ConfirmDialog>
  );
}

function Delete({ webhook, onDone, onClose }: AskProps<[]>) {
  const { config } = useConsole();
  const remove = useDeleteWebhook();
  const confirm = () =>
    remove.mutate(webhook, {
      onSuccess: ({ curl }) => {
        addNotice({ type: "success", content: "The webhook is deleted.", curl });
        onDone();
      },
    });
  return (
    <ConfirmDialog
      action="Delete 1 webhook"
      count={1}
      stage={config.stage}
      isBusy={remove.isPending}
      describe={() => remove.describe(webhook)}
      error={remove.error && <ErrorAlert error={remove.error} what="Nothing was deleted" />}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <bdi>{webhook.url}</bdi> is told nothing more; what waits to be sent to it is not sent.
    </ConfirmDialog>
  );
}
