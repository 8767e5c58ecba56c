import Box from "@cloudscape-design/components/box";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { Schemas } from "../../api/client";
import { CHANNEL_NAMES, type Channel, type Message } from "./model";

/** What a language model made of a text, or why the original is used. */
export function Adapted({ adapted: { text, code, reason } }: { adapted: Schemas["AdaptedText"] }) {
  if (code !== null) {
    return (
      <StatusIndicator type="warning">
        The original is used: <bdi>{reason}</bdi> <code>{code}</code>
      </StatusIndicator>
    );
  }
  return (
    <>
      <Box color="text-body-secondary" fontSize="body-s">
        Adapted by AI, {text.length} characters
      </Box>
      <bdi className="message-text">{text}</bdi>
    </>
  );
}

/** The texts of a message that were adapted and saved, channel by channel. */
export function AdaptedTexts({ message: { adapted } }: { message: Message }) {
  const items = Object.entries(adapted).map(([channel, text]) => ({
    label: `Adapted for ${CHANNEL_NAMES[channel as Channel]}`,
    value: <Adapted adapted={text} />,
  }));
  return items.length > 0 && <KeyValuePairs items={items} />;
}
