import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import TokenGroup from "@cloudscape-design/components/token-group";
import { useEffect, useRef, useState } from "react";
import { useConsole } from "../../app/context";
import { usePageKey } from "../../app/pageKeys";
import {
  clearFilters,
  countFilters,
  DEFAULT_RANGE,
  listTokens,
  RANGES,
  SEVERITIES,
  type LogFilter,
} from "./address";

const TYPED_AFTER_MS = 300;
const RANGE_LABELS: Record<string, string> = {
  "15m": "Last 15 minutes",
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
};

interface Props {
  filter: LogFilter;
  state: Record<string, string>;
  onChange: (change: Record<string, string | null>, options?: { typing?: boolean }) => void;
}

export function Filters({ filter, state, onChange }: Props) {
  const { me } = useConsole();
  const isAbsolute = Boolean(state.from);
  const ranges = [
    ...(isAbsolute ? [{ value: "", label: `${state.from} to ${state.to ?? "now"}` }] : []),
    ...RANGES.map((value) => ({ value: value as string, label: RANGE_LABELS[value] ?? value })),
  ];
  const severities = ["", ...SEVERITIES].map((value) => ({
    value,
    label: value ? `≥ ${value}` : "any",
  }));
  const tokens = listTokens(filter);
  return (
    <SpaceBetween size="xs">
      <SpaceBetween direction="horizontal" size="s">
        <FormField label="Range">
          <Select
            selectedOption={
              ranges.find(({ value }) =>
                isAbsolute ? value === "" : value === (state.range ?? DEFAULT_RANGE),
              ) ?? null
            }
            options={ranges}
            onChange={({ detail }) =>
              onChange({ range: detail.selectedOption.value ?? null, from: null, to: null })
            }
          />
        </FormField>
        <FormField label="Severity">
          <Select
            selectedOption={severities.find(({ value }) => value === filter.severity) ?? null}
            options={severities}
            onChange={({ detail }) => onChange({ severity: detail.selectedOption.value ?? null })}
          />
        </FormField>
        <TextField value={filter.text} onChange={(text) => onChange({ text }, { typing: true })} />
        {me.may.includes("logs.read_any") && (
          <FormField label="Tenant">
            <Input
              value={filter.tenant}
              placeholder={me.tenant ?? "name one"}
              spellcheck={false}
              onChange={({ detail }) => onChange({ tenant: detail.value }, { typing: true })}
            />
          </FormField>
        )}
      </SpaceBetween>
      {countFilters(filter) > 0 && (
        <SpaceBetween direction="horizontal" size="xs" alignItems="center">
          {tokens.length > 0 && (
            <TokenGroup
              items={tokens.map(({ label }) => ({
                label,
                dismissLabel: `Remove the filter ${label}`,
              }))}
              onDismiss={({ detail }) => onChange({ [tokens[detail.itemIndex]?.name ?? ""]: null })}
            />
          )}
          <Button onClick={() => onChange(clearFilters(filter))}>Clear</Button>
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}

/** `/` goes to it. What is typed is looked for after a moment. */
function TextField({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value); // a change from elsewhere, such as Back
  const field = useRef<{ focus: () => void }>(null);
  if (value !== known) {
    setKnown(value);
    setText(value);
  }
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text), TYPED_AFTER_MS);
    return () => clearTimeout(timer);
    // `onChange` is another function at each render.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [text, value]);
  usePageKey("omnidata:filter", () => field.current?.focus());
  return (
    <FormField label="Text or attributes have">
      <Input
        ref={field as never}
        type="search"
        clearAriaLabel="Clear the text"
        value={text}
        onChange={({ detail }) => setText(detail.value)}
      />
    </FormField>
  );
}
