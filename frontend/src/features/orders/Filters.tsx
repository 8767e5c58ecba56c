import SpaceBetween from "@cloudscape-design/components/space-between";
import { Choice } from "../../ui/Choice";
import { SearchField } from "../../ui/SearchField";
import { checkPrefix, LISTED, RANGES, type OrderFilter } from "./model";

const STATUSES = Object.fromEntries([["", "any status"], ...LISTED.map((known) => [known, known])]);

/** A range that an address has and the choice has not. */
function describeRange({ since, until }: OrderFilter): string {
  return until ? `${since} to ${until}` : since;
}

interface Props {
  filter: OrderFilter;
  onChange: (change: Record<string, string | null>, options?: { typing?: boolean }) => void;
}

/** What of the orders is listed. */
export function Filters({ filter, onChange }: Props) {
  return (
    <SpaceBetween direction="horizontal" size="s">
      <Choice
        label="Status"
        texts={STATUSES}
        value={filter.status}
        onChange={(status) => onChange({ status })}
      />
      <Choice
        label="Placed within"
        texts={{ ...RANGES, [filter.since]: RANGES[filter.since] ?? describeRange(filter) }}
        value={filter.since}
        onChange={(since) => onChange({ since, from: null, to: null })}
      />
      <SearchField
        label="ID begins with"
        value={filter.prefix}
        problem={checkPrefix(filter.prefix)}
        onChange={(q) => onChange({ q: q.trim() }, { typing: true })}
      />
      <SearchField
        label="Placed by (user id)"
        value={filter.placedBy}
        problem={checkPrefix(filter.placedBy)}
        onChange={(id) => onChange({ placed_by: id.trim() }, { typing: true })}
      />
    </SpaceBetween>
  );
}
