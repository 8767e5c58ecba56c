import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { CHANNEL_NAMES, CHANNELS, type Channel } from "../model";
import type { Template } from "./model";

type Overrides = Template["overrides"];

interface Props {
  channels: readonly Channel[];
  overrides: Overrides;
  onChange: (overrides: Overrides) => void;
}

/** The other texts of channels: of those that are chosen, and those that have one. */
export function OverrideFields({ channels, overrides, onChange }: Props) {
  const shown = CHANNELS.filter((channel) => channels.includes(channel) || overrides[channel]);
  const write = (channel: Channel, content: string) => {
    const subject = overrides[channel]?.subject ?? null;
    const others = Object.entries(overrides).filter(([name]) => name !== channel);
    const written = content || subject ? [[channel, { content: content || null, subject }]] : [];
    onChange(Object.fromEntries([...others, ...written]) as Overrides);
  };
  if (shown.length === 0) return null;
  return (
    <SpaceBetween size="s">
      {shown.map((channel) => (
        <Override
          key={channel}
          name={CHANNEL_NAMES[channel]}
          text={overrides[channel]?.content ?? ""}
          onChange={(content) => write(channel, content)}
        />
      ))}
    </SpaceBetween>
  );
}

interface OverrideProps {
  name: string;
  text: string;
  onChange: (text: string) => void;
}

function Override({ name, text, onChange }: OverrideProps) {
  return (
    <FormField
      label={`Text for ${name}`}
      stretch
      secondaryControl={
        text && (
          <Button formAction="none" onClick={() => onChange("")}>
            Use the common text
          </Button>
        )
      }
    >
      <Textarea
        value={text}
        rows={2}
        placeholder="The common text"
        onChange={({ detail }) => onChange(detail.value)}
      />
    </FormField>
  );
}
