import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { CHANNEL_NAMES, CHANNELS, type Channel } from "./model";

interface Props {
  channels: readonly Channel[];
  onChange: (channels: Channel[]) => void;
}

/** Where a message goes. */
export function ChannelsField({ channels, onChange }: Props) {
  const choose = (channel: Channel, isChosen: boolean) =>
    onChange(CHANNELS.filter((known) => (known === channel ? isChosen : channels.includes(known))));
  return (
    <FormField label="Channels">
      <SpaceBetween direction="horizontal" size="s">
        {CHANNELS.map((channel) => (
          <Checkbox
            key={channel}
            checked={channels.includes(channel)}
            onChange={({ detail }) => choose(channel, detail.checked)}
          >
            {CHANNEL_NAMES[channel]}
          </Checkbox>
        ))}
      </SpaceBetween>
    </FormField>
  );
}
