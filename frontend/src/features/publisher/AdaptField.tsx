import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { beginAdapting, type Adapting } from "./adaptation";
import { CHANNEL_NAMES, type Channel, type Draft } from "./model";

interface Props {
  draft: Draft;
  /** The stage said that it adapts no text. */
  isOff: boolean;
  onChange: (part: { adapt: Adapting }) => void;
}

const OFF = "This stage does not adapt texts: each channel gets the original.";

/** Whether a language model rewrites the text in the tone of a channel, and on which. */
export function AdaptField({ draft: { adapt, channels, overrides }, isOff, onChange }: Props) {
  const choose = (channel: Channel, isChosen: boolean) =>
    onChange({ adapt: { ...adapt, [channel]: isChosen } });
  return (
    <FormField label="Adapt by AI" description={isOff ? OFF : undefined}>
      <SpaceBetween size="xs">
        <Checkbox
          checked={adapt !== null}
          onChange={({ detail }) => onChange({ adapt: detail.checked ? beginAdapting() : null })}
        >
          In the tone of each channel
        </Checkbox>
        {adapt && !isOff && (
          <SpaceBetween direction="horizontal" size="s">
            {channels.map((channel) => (
              <Checkbox
                key={channel}
                checked={adapt[channel] === true && !overrides[channel]}
                disabled={Boolean(overrides[channel])}
                description={overrides[channel] ? "has a text of its own" : undefined}
                onChange={({ detail }) => choose(channel, detail.checked)}
              >
                Adapt for {CHANNEL_NAMES[channel]}
              </Checkbox>
            ))}
          </SpaceBetween>
        )}
      </SpaceBetween>
    </FormField>
  );
}
