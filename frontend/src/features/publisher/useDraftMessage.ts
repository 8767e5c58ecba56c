import { useEffect, useState } from "react";
import { sayRestored } from "../../ui/useDraft";
import { readAdapt } from "./adaptation";
import { CHANNELS, DEFAULT_TIME, type Draft, type Message } from "./model";
import { NO_REPEAT } from "./series/model";
import { fillNothing, type Template } from "./templates/model";

const KEY = "draft-message";

const EMPTY: Draft = {
  content: "",
  subject: "",
  channels: CHANNELS.filter((channel) => channel !== "instagram"),
  overrides: {},
  media: [],
  mediaNames: {},
  when: "now",
  localTime: "",
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  repeat: NO_REPEAT,
  recipients: { email: "", sms: "" },
  filling: null,
  adapt: null,
};

/**
 * What is written, kept for this tab until it is sent, also over the end of a session. `day` is
 * where the calendar wants it, such as `2026-12-01`, in `zone`. `edited` is the message that is edited
 * and its revision: of that alone is what was written before taken up again.
 */
export function useDraftMessage(initial: Draft | null, day: string, zone = "", edited = "") {
  const key = edited ? `${KEY}-${edited}` : KEY;
  const [draft, setDraft] = useState<Draft>(() => {
    const kept = (edited ? (load(key) ?? initial) : (initial ?? load(key))) ?? EMPTY;
    if (!day) return kept;
    const timeZone = zone || kept.timeZone;
    return { ...kept, when: "later", localTime: `${day}T${DEFAULT_TIME}`, timeZone };
  });
  const [savedAt, setSavedAt] = useState<Date | null>(null);
  useEffect(() => {
    if ((!initial || edited) && sessionStorage.getItem(key) !== null) sayRestored();
    // Once, when the form is opened.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  useEffect(() => {
    if (draft === EMPTY) return;
    const timer = setTimeout(() => {
      sessionStorage.setItem(key, JSON.stringify(draft));
      setSavedAt(new Date());
    }, 300);
    return () => clearTimeout(timer);
  }, [draft, key]);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const addMedia = (id: string, name: string) =>
    setDraft((before) => ({
      ...before,
      media: [...before.media, id],
      mediaNames: { ...before.mediaNames, [id]: name },
    }));
  const removeMedia = (gone: string) =>
    setDraft((before) => ({ ...before, media: before.media.filter((id) => id !== gone) }));
  const forget = () => sessionStorage.removeItem(key);
  return { draft, change, addMedia, removeMedia, savedAt, forget };
}

/** Another message like one that exists; its time is not taken over. */
export function copyOf(message: Message): Draft {
  const overrides = Object.entries(message.overrides).map(([channel, { content }]) => [
    channel,
    content ?? "",
  ]);
  return {
    ...EMPTY,
    content: message.content,
    subject: message.subject ?? "",
    channels: [...new Set(message.channels.map(({ channel }) => channel))],
    overrides: Object.fromEntries(overrides) as Draft["overrides"],
    media: [...message.media],
    adapt: readAdapt(message.adapt),
    recipients: {
      email: (message.recipients?.email ?? []).join("\n"),
      sms: (message.recipients?.sms ?? []).join("\n"),
    },
  };
}

/** A message of a template, whose fields are to be filled in. */
export function fillOf(template: Template): Draft {
  return {
    ...EMPTY,
    channels: template.channels.length ? [...template.channels] : EMPTY.channels,
    media: [...template.media],
    filling: fillNothing(template),
  };
}

function load(key: string): Draft | null {
  try {
    const stored = sessionStorage.getItem(key);
    return stored ? { ...EMPTY, ...(JSON.parse(stored) as Draft) } : null;
  } catch {
    return null; // somebody else's text under our key
  }
}
