import SpaceBetween from "@cloudscape-design/components/space-between";
import { Choice } from "../../ui/Choice";
import { SearchField } from "../../ui/SearchField";
import { INTERVALS, type SearchFilter } from "./filter";

interface Props {
  filter: SearchFilter;
  onChange: (change: Record<string, string | null>, options?: { typing?: boolean }) => void;
}

const RESULTS = { "": "found or missed", true: "found", false: "missed" };
const WIDTHS = { "": "by the range", ...Object.fromEntries(INTERVALS.map((name) => [name, name])) };

/** Which searches are counted, and how wide a point in time is. */
export function SearchFilters({ filter, onChange }: Props) {
  return (
    <SpaceBetween direction="horizontal" size="s">
      <Choice
        label="Interval"
        value={filter.interval}
        texts={WIDTHS}
        onChange={(interval) => onChange({ interval })}
      />
      <Choice
        label="Result"
        value={filter.found}
        texts={RESULTS}
        onChange={(found) => onChange({ found })}
      />
      <SearchField
        label="Searched for (user ID)"
        value={filter.user}
        onChange={(user) => onChange({ user: user.trim() }, { typing: true })}
      />
    </SpaceBetween>
  );
}
