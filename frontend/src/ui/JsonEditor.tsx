import FormField from "@cloudscape-design/components/form-field";
import Textarea from "@cloudscape-design/components/textarea";

interface Props {
  label: string;
  text: string;
  onChange: (text: string) => void;
  /** What is wrong with the text; null if it is fine. */
  problem: string | null;
  rows?: number;
}

/** A field for JSON, without the browser's corrections. */
export function JsonEditor({ label, text, onChange, problem, rows = 12 }: Props) {
  return (
    <FormField label={label} errorText={problem} stretch>
      <Textarea
        value={text}
        rows={rows}
        spellcheck={false}
        disableBrowserAutocorrect
        onChange={({ detail }) => onChange(detail.value)}
      />
    </FormField>
  );
}
