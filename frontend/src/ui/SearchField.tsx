import FormField from "@cloudscape-design/components/form-field";
import Input, { type InputProps } from "@cloudscape-design/components/input";
import { useEffect, useRef, useState } from "react";
import { usePageKey } from "../app/pageKeys";

const TELLS_AFTER_MS = 300;

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** What is wrong with the value; null if it is fine. */
  problem?: string | null;
}

/**
 * A filter by a text, told once the person pauses. What is typed is kept here: the address follows
 * in a transition, and a field that showed the address would lose letters.
 */
export function SearchField({ label, value, onChange, problem = null }: Props) {
  const field = useRef<InputProps.Ref>(null);
  usePageKey("omnidata:filter", () => field.current?.focus());
  const [typed, setTyped] = useState(value);
  const [seen, setSeen] = useState(value);
  const [timer, setTimer] = useState<ReturnType<typeof setTimeout>>();
  const [told, setTold] = useState(value);
  useEffect(() => () => clearTimeout(timer), [timer]);
  if (value !== seen) {
    setSeen(value);
    if (value !== told) setTyped(value); // changed elsewhere, as by Back
  }
  const type = (text: string) => {
    setTyped(text);
    const tell = () => {
      setTold(text);
      onChange(text);
    };
    setTimer(setTimeout(tell, TELLS_AFTER_MS));
  };
  return (
    <FormField label={label} errorText={problem}>
      <Input
        ref={field}
        value={typed}
        type="search"
        clearAriaLabel={`Clear: ${label}`}
        onChange={({ detail }) => type(detail.value)}
      />
    </FormField>
  );
}
