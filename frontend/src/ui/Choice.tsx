import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";

interface Props {
  label: string;
  value: string;
  /** By value; "" is none. */
  texts: Record<string, string>;
  onChange: (value: string | null) => void;
}

/** A filter by one of some values. */
export function Choice({ label, value, texts, onChange }: Props) {
  const options = Object.entries(texts).map(([known, text]) => ({ value: known, label: text }));
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
