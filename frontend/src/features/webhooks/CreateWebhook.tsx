import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import type { Schemas } from "../../api/client";
import { useConsole } from "../../app/context";
import { CopyRequest } from "../../ui/CopyRequest";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { useDraft } from "../../ui/useDraft";
import { checkNew, EVENTS, FIRST_EVENTS, listEvents, readEvents, type EventType } from "./model";
import { useCreateWebhook } from "./queries";

interface Props {
  onClose: () => void;
  onMade: (made: Schemas["WebhookSecret"]) => void;
}

/** Where to send which events; what is written is kept until it is created. */
export function CreateWebhook({ onClose, onMade }: Props) {
  const [url, setUrl, clearUrl] = useDraft("webhook-url");
  const [description, setDescription, clearDescription] = useDraft("webhook-description");
  const [words, setWords, clearWords] = useDraft("webhook-events", FIRST_EVENTS);
  const [isChecked, setChecked] = useState(false);
  const create = useCreateWebhook();
  // Who may list everybody's orders may be told of them.
  const allowed = listEvents(useConsole().me.may.includes("orders.list"));
  const made = { url: url.trim(), description, events: readEvents(words, allowed) };
  const problems = checkNew(made);
  const submit = () => {
    setChecked(true);
    if (Object.keys(problems).length || create.isPending) return;
    create.mutate(made, {
      onSuccess: ({ data }) => {
        [clearUrl, clearDescription, clearWords].forEach((clear) => clear());
        onMade(data);
      },
    });
  };
  return (
    <form
      aria-label="Create a webhook"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Container header={<Header variant="h2">Create a webhook</Header>}>
        <SpaceBetween size="m">
          {create.error && <ErrorAlert error={create.error} what="No webhook was created" />}
          <FormField
            label="URL"
            constraintText="https://, a public host, port 443; on a laptop also http://127.0.0.1"
            errorText={isChecked ? problems.url : null}
          >
            <Input value={url} spellcheck={false} onChange={({ detail }) => setUrl(detail.value)} />
          </FormField>
          <FormField label="Description" constraintText="Optional, 200 characters at most">
            <Input
              value={description}
              onChange={({ detail }) => setDescription(detail.value.slice(0, 200))}
            />
          </FormField>
          <Events
            allowed={allowed}
            chosen={made.events}
            problem={isChecked ? problems.events : undefined}
            onChange={(events) => setWords(events.join(" "))}
          />
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="primary" loading={create.isPending}>
              Create
            </Button>
            <Button formAction="none" variant="link" onClick={onClose}>
              Cancel
            </Button>
            <CopyRequest
              describe={Object.keys(problems).length ? null : () => create.describe(made)}
            />
          </SpaceBetween>
        </SpaceBetween>
      </Container>
    </form>
  );
}

interface EventsProps {
  allowed: readonly EventType[];
  chosen: readonly EventType[];
  problem: string | undefined;
  onChange: (events: EventType[]) => void;
}

function Events({ allowed, chosen, problem, onChange }: EventsProps) {
  const toggle = (name: EventType, isWanted: boolean) =>
    onChange(allowed.filter((known) => (known === name ? isWanted : chosen.includes(known))));
  return (
    <div role="group" aria-label="Events">
      <Box variant="awsui-key-label">Events</Box>
      <SpaceBetween size="xxs">
        {allowed.map((name) => (
          <Checkbox
            key={name}
            checked={chosen.includes(name)}
            description={EVENTS[name]}
            onChange={({ detail }) => toggle(name, detail.checked)}
          >
            {name}
          </Checkbox>
        ))}
        {problem && <Box color="text-status-error">{problem}</Box>}
      </SpaceBetween>
    </div>
  );
}
