import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useConsole } from "../../../app/context";
import { ConfirmDialog } from "../../../ui/ConfirmDialog";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { InternalLink } from "../../../ui/InternalLink";
import { ListTable } from "../../../ui/ListTable";
import { SearchField } from "../../../ui/SearchField";
import { Time } from "../../../ui/Time";
import { Title } from "../../../ui/Title";
import { useUrlState } from "../../../ui/useUrlState";
import { AddSuppression } from "./AddSuppression";
import { useRemoveSuppression, useSuppressions, type Suppression } from "./queries";

const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/;

/** Who gets no e-mail any more; operators take an address off the list. */
export default function Suppressions() {
  const [state, setState] = useUrlState();
  const [removed, setRemoved] = useState<string | null>(null);
  const mayRemove = useConsole().me.may.includes("suppressions.remove");
  const wanted = state.q ?? "";
  const isWhole = ADDRESS.test(wanted);
  const { data, pages } = useSuppressions(isWhole ? wanted : "");
  return (
    <SpaceBetween size="l">
      <Title
        description="Addresses that bounced, complained or unsubscribed. No e-mail is sent to them."
        actions={
          <Button variant="primary" onClick={() => setState({ add: "1" })}>
            Add an address
          </Button>
        }
      >
        Suppressions
      </Title>
      {state.add === "1" && <AddSuppression onClose={() => setState({ add: null })} />}
      <SearchField
        label="Address"
        value={wanted}
        problem={wanted && !isWhole ? "Write the whole address" : null}
        onChange={(text) => setState({ q: text.trim() || null })}
      />
      <ListTable<Suppression>
        what="suppressed addresses"
        items={data.flatMap((page) => page.suppressions)}
        trackBy="address"
        pages={pages}
        emptyHint="Everybody gets e-mail."
        columns={[
          {
            id: "address",
            header: "Address",
            isRowHeader: true,
            cell: ({ address }) => <bdi>{address}</bdi>,
          },
          { id: "reason", header: "Reason", cell: ({ reason }) => reason },
          { id: "at", header: "Since", cell: ({ at }) => <Time at={at} /> },
          { id: "message", header: "Message", cell: ({ message_id: id }) => <Message id={id} /> },
          { id: "note", header: "Note", cell: ({ note }) => (note ? <bdi>{note}</bdi> : "–") },
          {
            id: "actions",
            header: "Actions",
            cell: ({ address }) => (
              <Button
                variant="inline-link"
                disabled={!mayRemove}
                ariaLabel={`Remove ${address}`}
                onClick={() => setRemoved(address)}
              >
                Remove
              </Button>
            ),
          },
        ]}
      />
      {removed && <Remove address={removed} onClose={() => setRemoved(null)} />}
    </SpaceBetween>
  );
}

function Message({ id }: { id: string | null }) {
  if (!id) return <>–</>;
  const to = `/console/publisher/${encodeURIComponent(id)}`;
  return <InternalLink to={to}>{id}</InternalLink>;
}

function Remove({ address, onClose }: { address: string; onClose: () => void }) {
  const remove = useRemoveSuppression();
  const { me } = useConsole();
  return (
    <ConfirmDialog
      action="Remove the address"
      count={1}
      stage={me.stage}
      isBusy={remove.isPending}
      describe={() => remove.describe(address)}
      error={remove.error && <ErrorAlert error={remove.error} what="It was not removed" />}
      onConfirm={() => remove.mutate(address, { onSuccess: onClose })}
      onCancel={onClose}
    >
      <p>
        <bdi>{address}</bdi> gets e-mail again. Remove it only if its owner wishes so, or the
        mailbox was mended.
      </p>
    </ConfirmDialog>
  );
}
