import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { CHANNEL_NAMES, CHANNELS, type Channel, type Draft } from "./model";

interface Props {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
}

/** The text, the e-mail's subject and the channels. */
export function WordsFields({ draft, onChange }: Props) {
  const choose = (channel: Channel, isChosen: boolean) =>
    onChange({
      channels: CHANNELS.filter((known) =>
        known === channel ? isChosen : draft.channels.includes(known),
      ),
    });
  return (
    <SpaceBetween size="m">
      <FormField label="Text" stretch>
        <Textarea
          value={draft.content}
          rows={8}
          onChange={({ detail }) => onChange({ content: detail.value })}
        />
      </FormField>
      <FormField label="Channels">
        <SpaceBetween direction="horizontal" size="s">
          {CHANNELS.map((channel) => (
            <Checkbox
              key={channel}
              checked={draft.channels.includes(channel)}
              onChange={({ detail }) => choose(channel, detail.checked)}
            >
              {CHANNEL_NAMES[channel]}
            </Checkbox>
          ))}
        </SpaceBetween>
      </FormField>
      {draft.channels.includes("email") && (
        <FormField label="Subject of the e-mail (optional)" stretch>
          <Input
            value={draft.subject}
            onChange={({ detail }) => onChange({ subject: detail.value })}
          />
        </FormField>
      )}
    </SpaceBetween>
  );
}
