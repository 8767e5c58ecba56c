import type { Channel, Draft, Message, NewMessage } from "./model";

/** By channel whether a language model adapts the text; null for a message that asks for none. */
export type Adapting = Partial<Record<Channel, boolean>> | null;

/** What `"adapt": true` adapts. */
const BY_DEFAULT: readonly Channel[] = ["facebook", "instagram", "linkedin"];

/** What the checkbox begins with. */
export function beginAdapting(): Adapting {
  return Object.fromEntries(BY_DEFAULT.map((channel) => [channel, true]));
}

/** The wish of a message that exists. */
export function readAdapt(adapt: Message["adapt"]): Adapting {
  if (adapt === true) return beginAdapting();
  if (!adapt || !Object.values(adapt).includes(true)) return null;
  return adapt as Adapting;
}

/** The channels to adapt: chosen ones, on which no text was written by a person. */
export function listAdapted({ adapt, channels, overrides }: Draft): Channel[] {
  return channels.filter((channel) => adapt?.[channel] && !overrides[channel]);
}

/** What the API is asked for; {} where nothing is. */
export function buildAdapt(draft: Draft): Pick<NewMessage, "adapt"> {
  const channels = listAdapted(draft);
  if (!channels.length) return {};
  return { adapt: Object.fromEntries(channels.map((channel) => [channel, true])) };
}

/** What is adapted for a channel: its text alone, whenever and to whom it goes. */
export function buildOfChannel(draft: Draft, channel: Channel): Draft {
  const recipients = { email: "", sms: "" };
  return { ...draft, channels: [channel], media: [], when: "now", recipients };
}

/** The message without its wish: its lengths and problems are known without the model. */
export function withoutAdapt(message: NewMessage): NewMessage {
  const rest = { ...message };
  delete rest.adapt;
  return rest;
}
