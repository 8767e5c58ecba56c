import { useEffect, useState } from "react";
import { sayRestored } from "../../ui/useDraft";
import { readAdapt } from "./adaptation";
import { CHANNELS, DEFAULT_TIME, withImage, withoutImage, type Draft, type Message } from "./model";
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

/** What is being written, and what is done with it. */
export interface Drafting {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  addMedia: (id: string, name: string) => void;
  removeMedia: (id: string) => void;
  /** Whether what is written is kept in this tab, and when it was if that is known. */
  isKept: boolean;
  savedAt: Date | null;
  /** Begin anew. */
  discard: () => void;
  /** Keep it no longer, once it is sent. */
  forget: () => void;
}

interface Begun {
  /** What the form begins with; null for nothing. */
  initial: Draft | null;
  /** Which version of what it begins with: of that alone is what was written before taken up again. */
  source: string;
  /** Where the calendar wants it, such as `2026-12-01`, in `zone`; "" for nowhere. */
  day?: string;
  zone?: string;
}

/** What is written, kept for this tab until it is sent, also over the end of a session. */
export function useDraftMessage({ initial, source, day = "", zone = "" }: Begun): Drafting {
  const key = source ? `${KEY}-${source}` : KEY;
  const [before] = useState(() => load(key));
  const [draft, setDraft] = useState(() => putOn(before ?? initial ?? EMPTY, day, zone));
  const [unwritten, setUnwritten] = useState(draft);
  const [kept, setKept] = useState<{ at: Date | null } | null>(before && { at: null });
  useEffect(() => {
    if (before) sayRestored();
  }, [before]);
  useEffect(() => {
    if (draft === unwritten) return;
    sessionStorage.setItem(key, JSON.stringify(draft));
    const timer = setTimeout(() => setKept({ at: new Date() }), 300); // once it rests
    return () => clearTimeout(timer);
  }, [draft, unwritten, key]);
  const forget = () => sessionStorage.removeItem(key);
  const discard = () => {
    const fresh = putOn(initial ?? EMPTY, day, zone);
    forget();
    setKept(null);
    setDraft(fresh);
    setUnwritten(fresh);
  };
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const addMedia = (id: string, name: string) => setDraft((now) => withImage(now, id, name));
  const removeMedia = (gone: string) => setDraft((now) => withoutImage(now, gone));
  const done = { isKept: kept !== null, savedAt: kept?.at ?? null, discard, forget };
  return { draft, change, addMedia, removeMedia, ...done };
}

/** A draft on a day, at its own time if it is on that day already. */
function putOn(draft: Draft, day: string, zone: string): Draft {
  if (!day || (draft.when === "later" && draft.localTime.startsWith(day))) return draft;
  const timeZone = zone || draft.timeZone;
  return { ...draft, when: "later", localTime: `${day}T${DEFAULT_TIME}`, timeZone };
}

type Said = Pick<Message, "content" | "subject" | "overrides" | "media" | "recipients">;

/** What a message or a series says, to be written on these channels. */
export function wordsOf(said: Said, channels: Draft["channels"]): Draft {
  const overrides = Object.entries(said.overrides).flatMap(([channel, { content }]) =>
    content ? [[channel, content]] : [],
  );
  return {
    ...EMPTY,
    content: said.content,
    subject: said.subject ?? "",
    channels: [...channels],
    overrides: Object.fromEntries(overrides) as Draft["overrides"],
    media: [...said.media],
    recipients: {
      email: (said.recipients?.email ?? []).join("\n"),
      sms: (said.recipients?.sms ?? []).join("\n"),
    },
  };
}

/** Another message like one that exists; its time is not taken over. */
export function copyOf(message: Message): Draft {
  const channels = new Set(message.channels.map(({ channel }) => channel));
  return { ...wordsOf(message, [...channels]), adapt: readAdapt(message.adapt) };
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
    if (!stored) return null;
    const kept = JSON.parse(stored) as Partial<Draft>; // perhaps of an older console
    return { ...EMPTY, ...kept, repeat: { ...NO_REPEAT, ...kept.repeat } };
  } catch {
    return null; // somebody else's text under our key
  }
}
