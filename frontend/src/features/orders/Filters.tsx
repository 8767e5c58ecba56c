import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { SearchField } from "../../ui/SearchField";
import { checkPrefix, LISTED, RANGES, type OrderFilter } from "./model";

const STATUSES = Object.fromEntries([["", "any status"], ...LISTED.map((known) => [known, known])]);

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
        labels={STATUSES}
        value={filter.status}
        onChange={(status) => onChange({ status })}
      />
      <Choice
        label="Placed within"
        labels={{ ...RANGES, [filter.since]: RANGES[filter.since] ?? filter.since }}
        value={filter.since}
        onChange={(since) => onChange({ since })}
      />
      <SearchField
        label="ID begins with"
        value={filter.prefix}
        problem={checkPrefix(filter.prefix)}
        onChange={(q) => onChange({ q }, { typing: true })}
      />
      <SearchField
        label="Placed by (user id)"
        value={filter.placedBy}
        problem={checkPrefix(filter.placedBy)}
        onChange={(id) => onChange({ placed_by: id }, { typing: true })}
      />
    </SpaceBetween>
  );
}

interface ChoiceProps {
  label: string;
  /** By value; "" is none. */
  labels: Record<string, string>;
  value: string;
  onChange: (value: string | null) => void;
}

function Choice({ label, labels, value, onChange }: ChoiceProps) {
  const options = Object.entries(labels).map(([known, text]) => ({ value: known, label: text }));
  return (
    <FormField label={label}>
      <Select
        selectedOption={options.find((option) => option.value === value) ?? null}
        options={options}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? null)}
      />
    </FormField>
  );
}
