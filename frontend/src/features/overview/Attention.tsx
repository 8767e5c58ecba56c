import Alert from "@cloudscape-design/components/alert";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { InternalLink } from "../../ui/InternalLink";
import { pageOf } from "../../ui/pageOf";
import { Time } from "../../ui/Time";
import { type AttentionItem, type Overview } from "./model";

const LINKS: Partial<Record<AttentionItem["kind"], string>> = {
  channel_held: "Channels",
  credentials_expire: "Channels",
};
const TYPES = { error: "error", warning: "warning", notice: "info" } as const;

/** What somebody should look at; in words also when it is nothing. */
export function Attention({ overview }: { overview: Overview }) {
  const { attention, checks } = overview;
  const failed = checks.filter(({ complete }) => !complete);
  return (
    <SpaceBetween size="xs">
      {attention.length === 0 && failed.length === 0 && (
        <StatusIndicator type="success">
          All is well, as of <Time at={overview.as_of} />.
        </StatusIndicator>
      )}
      {attention.map((item) => (
        <Item key={`${item.kind} ${item.subject}`} item={item} />
      ))}
      {failed.length > 0 && (
        <Alert type="warning">
          Could not be looked at: {failed.map(({ name }) => name).join(", ")}.
        </Alert>
      )}
    </SpaceBetween>
  );
}

function Item({ item }: { item: AttentionItem }) {
  return (
    <Alert
      type={TYPES[item.level]}
      action={<InternalLink to={pageOf(item.href)}>{LINKS[item.kind] ?? "Look"}</InternalLink>}
    >
      <bdi>{item.message}</bdi>
      {item.since && (
        <>
          {" "}
          · since <Time at={item.since} />
        </>
      )}
    </Alert>
  );
}
