import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import { ZONES } from "./model";

const OPTIONS = ZONES.map((value) => ({ value, label: value }));

/** A time zone, chosen by a part of its name. */
export function ZoneField({ zone, onChange }: { zone: string; onChange: (zone: string) => void }) {
  return (
    <FormField label="Time zone">
      <Select
        filteringType="auto"
        filteringAriaLabel="Part of the zone's name"
        virtualScroll
        selectedOption={{ value: zone, label: zone }}
        options={OPTIONS}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? "UTC")}
      />
    </FormField>
  );
}
