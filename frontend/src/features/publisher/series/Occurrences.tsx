import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator, {
  type StatusIndicatorProps,
} from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Time } from "../../../ui/Time";
import type { Occurrence, OccurrenceChange, Series } from "./model";
import { useChangeOccurrence } from "./queries";
import { OccurrenceDialog } from "./OccurrenceDialog";

const LOOKS: Record<Occurrence["status"], StatusIndicatorProps.Type> = {
  projected: "pending",
  changed: "info",
  skipped: "stopped",
  made: "success",
};

/** What is to come of a series; each may be changed or skipped alone. */
export function Occurrences({ series, isOwn }: { series: Series; isOwn: boolean }) {
  const [edited, setEdited] = useState<Occurrence | null>(null);
  const change = useChangeOccurrence();
  const act = (at: string, to: OccurrenceChange | null) =>
    change.mutate({ seriesId: series.id, at, change: to });
  const actions = {
    id: "act",
    header: "Actions",
    cell: (occurrence: Occurrence) => (
      <OneActions
        occurrence={occurrence}
        isBusy={change.isPending}
        onEdit={() => setEdited(occurrence)}
        onAct={(to) => act(occurrence.id, to)}
      />
    ),
  };
  return (
    <SpaceBetween size="s">
      {change.error && <ErrorAlert error={change.error} what="Nothing was changed" />}
      <Table<Occurrence>
        variant="container"
        header={<Header variant="h2">To come</Header>}
        items={series.occurrences ?? []}
        trackBy="id"
        wrapLines
        enableKeyboardNavigation
        empty="Nothing is to come."
        columnDefinitions={[
          {
            id: "when",
            header: "When",
            isRowHeader: true,
            cell: ({ scheduled_at: at }) => <Time at={at} />,
          },
          { id: "text", header: "Text", cell: ({ text }) => <bdi>{text.slice(0, 80)}</bdi> },
          {
            id: "status",
            header: "Status",
            cell: ({ status, notes }) => (
              <span title={notes?.join(" ")}>
                <StatusIndicator type={LOOKS[status]}>{status}</StatusIndicator>
              </span>
            ),
          },
          ...(isOwn ? [actions] : []),
        ]}
      />
      {edited && (
        <OccurrenceDialog series={series} occurrence={edited} onClose={() => setEdited(null)} />
      )}
    </SpaceBetween>
  );
}

interface OneProps {
  occurrence: Occurrence;
  isBusy: boolean;
  onEdit: () => void;
  onAct: (change: OccurrenceChange | null) => void;
}

function OneActions({ occurrence, isBusy, onEdit, onAct }: OneProps) {
  const { id, status } = occurrence;
  if (status === "skipped") {
    return (
      <Button ariaLabel={`Take back the skip of ${id}`} disabled={isBusy} onClick={() => onAct({})}>
        Take back
      </Button>
    );
  }
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button ariaLabel={`Change ${id}`} onClick={onEdit}>
        Change
      </Button>
      <Button ariaLabel={`Skip ${id}`} disabled={isBusy} onClick={() => onAct(null)}>
        Skip
      </Button>
    </SpaceBetween>
  );
}
