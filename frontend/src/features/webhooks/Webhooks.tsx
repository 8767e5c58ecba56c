import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useState } from "react";
import { InternalLink } from "../../ui/InternalLink";
import { ListTable } from "../../ui/ListTable";
import { SecretDialog } from "../../ui/SecretDialog";
import { Time } from "../../ui/Time";
import { Title } from "../../ui/Title";
import { useUrlState } from "../../ui/useUrlState";
import { CreateWebhook } from "./CreateWebhook";
import { Deliveries } from "./Deliveries";
import { describeAttempt, describeState, OUTCOMES, type Webhook } from "./model";
import { useWebhooks } from "./queries";
import { WebhookPanel } from "./WebhookPanel";

/** Who is told of orders and messages, and how their receivers do. */
export default function Webhooks() {
  const [state, setState] = useUrlState();
  const [secret, setSecret] = useState<string | null>(null);
  const { data, pages } = useWebhooks();
  const items = data.flatMap(({ webhooks }) => webhooks);
  const chosen = items.find(({ id }) => id === state.sel);
  const open = (id: string | null) => setState({ sel: id, add: null });
  return (
    <SpaceBetween size="l">
      <Title
        description="URLs that are told what becomes of messages and orders."
        actions={
          <Button variant="primary" onClick={() => setState({ add: "1" })}>
            Create a webhook
          </Button>
        }
      >
        Webhooks
      </Title>
      {state.add === "1" && (
        <CreateWebhook
          onClose={() => setState({ add: null })}
          onMade={(made) => {
            setSecret(made.secret);
            open(made.webhook.id);
          }}
        />
      )}
      <ListTable<Webhook>
        what="webhooks"
        items={items}
        trackBy="id"
        pages={pages}
        emptyHint="Create one, then send it a test event."
        columns={[
          {
            id: "url",
            header: "URL",
            isRowHeader: true,
            cell: ({ id, url }) => (
              <InternalLink to={`/console/webhooks?sel=${encodeURIComponent(id)}`}>
                {url}
              </InternalLink>
            ),
          },
          {
            id: "about",
            header: "Description",
            cell: ({ description }) => <About text={description} />,
          },
          { id: "state", header: "State", cell: (webhook) => <State webhook={webhook} /> },
          { id: "events", header: "Events", cell: ({ events }) => events.join(", ") },
          { id: "last", header: "Last delivery", cell: (webhook) => <Last webhook={webhook} /> },
        ]}
      />
      {chosen && (
        <WebhookPanel
          key={chosen.id}
          webhook={chosen}
          onRotated={setSecret}
          onDeleted={() => open(null)}
        />
      )}
      {chosen && <Deliveries webhookId={chosen.id} />}
      {secret && (
        <SecretDialog
          header="The webhook's secret"
          warning="This secret is shown once. The receiver verifies signatures by it."
          value={secret}
          onClose={() => setSecret(null)}
        />
      )}
    </SpaceBetween>
  );
}

function About({ text }: { text: string }) {
  return text ? <bdi>{text}</bdi> : <>–</>;
}

function State({ webhook }: { webhook: Webhook }) {
  const isActive = webhook.state === "active";
  const isAsked = webhook.paused_because === "asked";
  return (
    <StatusIndicator type={isActive ? "success" : isAsked ? "stopped" : "warning"} wrapText={false}>
      {describeState(webhook)}
    </StatusIndicator>
  );
}

function Last({ webhook: { last_attempt: last } }: { webhook: Webhook }) {
  if (!last) return <>none yet</>;
  return (
    <>
      <StatusIndicator type={OUTCOMES[last.outcome]}>{describeAttempt(last)}</StatusIndicator>{" "}
      <Time at={last.at} />
    </>
  );
}
