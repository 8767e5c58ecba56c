import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { SearchField } from "../../ui/SearchField";
import { showControls } from "../../ui/text";
import type { ReasonGroup } from "./model";

interface Props {
  filter: { reason: string; text: string };
  groups: readonly ReasonGroup[];
  onChange: (change: Record<string, string | null>, options?: { typing?: boolean }) => void;
}

/** Which of the letters that were read are shown. */
export function LetterFilters({ filter, groups, onChange }: Props) {
  return (
    <SpaceBetween direction="horizontal" size="s">
      <FormField label="Reason">
        <Select
          selectedOption={{
            value: filter.reason,
            label: showControls(filter.reason) || "any reason",
          }}
          options={[
            { value: "", label: "any reason" },
            ...groups.map(({ reason, count }) => ({
              value: reason,
              label: showControls(reason),
              labelTag: String(count),
            })),
          ]}
          onChange={({ detail }) => onChange({ reason: detail.selectedOption.value ?? null })}
        />
      </FormField>
      <SearchField
        label="Id or body has"
        value={filter.text}
        onChange={(q) => onChange({ q }, { typing: true })}
      />
    </SpaceBetween>
  );
}
