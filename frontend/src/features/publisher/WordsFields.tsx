import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { ChannelsField } from "./ChannelsField";
import type { Draft } from "./model";

type Words = Pick<Draft, "content" | "subject" | "channels">;

interface Props {
  draft: Words;
  onChange: (part: Partial<Words>) => void;
}

/** The text, the e-mail's subject and the channels. */
export function WordsFields({ draft, onChange }: Props) {
  return (
    <SpaceBetween size="m">
      <FormField label="Text" stretch>
        <Textarea
          value={draft.content}
          rows={8}
          onChange={({ detail }) => onChange({ content: detail.value })}
        />
      </FormField>
      <ChannelsField channels={draft.channels} onChange={(channels) => onChange({ channels })} />
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
