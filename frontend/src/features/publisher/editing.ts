import type { Schemas } from "../../api/client";
import { inZone, type Channel, type Draft, type Message, type NewMessage } from "./model";
import { copyOf } from "./useDraftMessage";

/** A message as the composer edits it, with its time. */
export function editOf(message: Message): Draft {
  const draft = copyOf(message);
  if (!message.scheduled_at) return draft;
  const timeZone = message.time_zone ?? "UTC";
  const localTime = inZone(message.scheduled_at, timeZone).join("T");
  return { ...draft, when: "later", localTime, timeZone };
}

/** What makes a message that exists say what was written; what the composer has no field for stays. */
export function buildChange(
  written: NewMessage,
  before: Message,
  asDraft: boolean,
): Schemas["MessageChange"] {
  const { content = before.content, channels = [], media = [], subject, recipients } = written;
  return {
    content,
    channels,
    media,
    subject: subject ?? null,
    recipients: recipients ?? null,
    overrides: withSubjects(written.overrides ?? {}, before.overrides, channels),
    scheduled_at: written.scheduled_at ?? null,
    time_zone: written.time_zone ?? null,
    adapt: written.adapt ?? false,
    draft: asDraft,
  };
}

/** Other texts of channels, with the subjects of before, for which the composer has no field. */
export function withSubjects(
  overrides: NonNullable<NewMessage["overrides"]>,
  before: Message["overrides"],
  channels: readonly Channel[],
) {
  const kept = Object.entries(before).flatMap(([channel, { subject }]) =>
    subject && channels.includes(channel as Channel)
      ? [[channel, { ...overrides[channel as Channel], subject }]]
      : [],
  );
  return { ...overrides, ...Object.fromEntries(kept) } as typeof overrides;
}
