import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { CHANNEL_NAMES, MOST_RECIPIENTS, splitRecipients, type Draft } from "./model";

const KINDS = [
  { channel: "email", hint: "Addresses, one a line" },
  { channel: "sms", hint: "Numbers such as +4915112345678, one a line" },
] as const;

interface Props {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
}

/** To whom e-mail and SMS go; the server's check says which it does not take. */
export function RecipientsFields({ draft, onChange }: Props) {
  return (
    <SpaceBetween size="s">
      {KINDS.filter(({ channel }) => draft.channels.includes(channel)).map(({ channel, hint }) => {
        const text = draft.recipients[channel];
        const count = splitRecipients(text).length;
        const isTooMany = count > MOST_RECIPIENTS;
        return (
          <FormField
            key={channel}
            label={`Recipients by ${CHANNEL_NAMES[channel]} (optional)`}
            description={`${hint}. Without any, it goes to those of this stage.`}
            constraintText={`${count} of ${MOST_RECIPIENTS}`}
            errorText={isTooMany ? `At most ${MOST_RECIPIENTS}: these are ${count}.` : null}
            stretch
          >
            <Textarea
              value={text}
              rows={2}
              spellcheck={false}
              onChange={({ detail }) =>
                onChange({ recipients: { ...draft.recipients, [channel]: detail.value } })
              }
            />
          </FormField>
        );
      })}
    </SpaceBetween>
  );
}
