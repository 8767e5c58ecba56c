import Alert from "@cloudscape-design/components/alert";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { InternalLink } from "../../ui/InternalLink";
import { pageOf } from "../../ui/pageOf";
import { Time } from "../../ui/Time";
import { describeAttention, nameChecks, type AttentionItem, type Overview } from "./model";

const LINKS: Partial<Record<AttentionItem["kind"], string>> = {
  channel_held: "Channels",
  credentials_expire: "Channels",
};
const TYPES = { error: "error", warning: "warning", notice: "info" } as const;

interface Props {
  overview: Overview;
  /** Whether it could not be read again since. */
  isOld: boolean;
}

/** What somebody should look at; in words also when it is nothing. */
export function Attention({ overview, isOld }: Props) {
  const { attention, checks } = overview;
  const failed = checks.filter(({ complete }) => !complete);
  return (
    <SpaceBetween size="xs">
      {attention.length === 0 && failed.length === 0 && (
        <StatusIndicator type={isOld ? "pending" : "success"}>
          All {isOld ? "was" : "is"} well, as of <Time at={overview.as_of} />.
        </StatusIndicator>
      )}
      {attention.map((item) => (
        <Item key={`${item.kind} ${item.subject}`} item={item} now={new Date(overview.as_of)} />
      ))}
      {failed.length > 0 && (
        <Alert type="warning">
          {failed.length === checks.length
            ? "Nothing could be looked at: a part of the system does not work. "
            : `Could not be looked at: ${nameChecks(failed)}. `}
          It is looked at again in a moment.
        </Alert>
      )}
    </SpaceBetween>
  );
}

function Item({ item, now }: { item: AttentionItem; now: Date }) {
  return (
    <Alert
      type={TYPES[item.level]}
      action={<InternalLink to={pageOf(item.href)}>{LINKS[item.kind] ?? "Look"}</InternalLink>}
    >
      <bdi>{describeAttention(item, now)}</bdi>
      {item.since && (
        <>
          {" "}
          · since <Time at={item.since} />
        </>
      )}
    </Alert>
  );
}
