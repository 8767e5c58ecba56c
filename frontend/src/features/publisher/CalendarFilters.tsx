import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { Choice } from "../../ui/Choice";
import type { UrlState } from "../../ui/useUrlState";
import { CHANNEL_NAMES, CHANNELS, STATUS_TEXTS, STATUSES } from "./model";
import type { MessageFilter } from "./queries";
import { ZoneField } from "./ZoneField";

interface Props {
  filters: MessageFilter;
  isList: boolean;
  zone: string;
  onChange: (change: Record<string, string | null>) => void;
}

/** What an address asks for; an unknown status or channel is none. */
export function readFilters(state: UrlState): MessageFilter {
  return {
    status: STATUSES.find((known) => known === state.status) ?? "",
    channel: CHANNELS.find((known) => known === state.channel) ?? "",
  };
}

/** Which messages the calendar shows, in which zone and how. */
export function CalendarFilters({ filters, isList, zone, onChange }: Props) {
  return (
    <SpaceBetween direction="horizontal" size="s" alignItems="end">
      <SegmentedControl
        label="Shown as"
        selectedId={isList ? "list" : "month"}
        options={[
          { id: "month", text: "Month" },
          { id: "list", text: "List" },
        ]}
        onChange={({ detail }) => onChange({ view: detail.selectedId === "list" ? "list" : null })}
      />
      <Choice
        label="Status"
        value={filters.status}
        texts={STATUS_TEXTS}
        onChange={(status) => onChange({ status })}
      />
      <Choice
        label="Channel"
        value={filters.channel}
        texts={{ "": "any", ...CHANNEL_NAMES }}
        onChange={(channel) => onChange({ channel })}
      />
      <ZoneField zone={zone} onChange={(tz) => onChange({ tz })} />
    </SpaceBetween>
  );
}
