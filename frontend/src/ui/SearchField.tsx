import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** What is wrong with the value; null if it is fine. */
  problem?: string | null;
}

/** A filter by a word; spaces around it are not part of it. */
export function SearchField({ label, value, onChange, problem = null }: Props) {
  return (
    <FormField label={label} errorText={problem}>
      <Input
        value={value}
        type="search"
        clearAriaLabel={`Clear: ${label}`}
        onChange={({ detail }) => onChange(detail.value.trim())}
      />
    </FormField>
  );
}
