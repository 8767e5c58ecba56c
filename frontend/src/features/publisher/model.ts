import type { Schemas } from "../../api/client";
import { buildAdapt, type Adapting } from "./adaptation";
import type { Repeat } from "./series/model";
import { buildFilled, type Filling } from "./templates/model";

export type Message = Schemas["OutboundMessage"];
export type Delivery = Schemas["MessageDelivery"];
export type Attempt = Schemas["DeliveryAttempt"];
export type Channel = Schemas["Channel"];
export type MessageStatus = Message["status"];
export type NewMessage = Schemas["NewMessage"];
/** A message that says itself what it says, and not by a template. */
export type WrittenMessage = NewMessage & Required<Pick<NewMessage, "content" | "channels">>;

export const CHANNELS: Channel[] = ["facebook", "instagram", "linkedin", "email", "sms"];
export const CHANNEL_NAMES: Record<Channel, string> = {
  facebook: "Facebook",
  instagram: "Instagram",
  linkedin: "LinkedIn",
  email: "E-mail",
  sms: "SMS",
};
export const STATUSES: MessageStatus[] = [
  "draft",
  "waiting",
  "scheduled",
  "queued",
  "sending",
  "sent",
  "partial",
  "unconfirmed",
  "failed",
  "cancelled",
];
/** By status, for a filter; "" is none. */
export const STATUS_TEXTS: Record<string, string> = {
  "": "any",
  ...Object.fromEntries(STATUSES.map((status) => [status, status])),
  waiting: "waiting for approval",
};
const FINAL = new Set<MessageStatus>(["draft", "sent", "failed", "cancelled", "unconfirmed"]);
const UNDER_WAY = new Set<Delivery["status"]>(["pending", "sending", "processing", "retry"]);

/** Whether nothing more happens to a message by itself soon. */
export function isFinal(message: Message): boolean {
  if (message.status === "partial") {
    return !message.channels.some(({ status }) => UNDER_WAY.has(status));
  }
  return FINAL.has(message.status);
}

const ENDS_SOON_MS = 14 * 24 * 3600 * 1000; // as the overview's attention

type Limits = Pick<Schemas["ChannelState"], "text_limit" | "media_limit" | "media_required">;

/** What one post of a channel may have. */
export function describeLimits(state: Limits): string {
  const characters = `${state.text_limit.toLocaleString("en")} characters`;
  if (state.media_limit === 0) return `${characters}, no images`;
  return `${characters}, ${state.media_required ? "1 to" : "up to"} ${state.media_limit} images`;
}

/** How a token stands that ends then. */
export function judgeToken(endsAt: string, now: Date): "success" | "warning" | "error" {
  const leftMs = Date.parse(endsAt) - now.getTime();
  if (leftMs <= 0) return "error";
  return leftMs <= ENDS_SOON_MS ? "warning" : "success";
}

/** UTC first. */
export const ZONES = [
  "UTC",
  ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC"),
];

/** Of a day that is chosen without a time. */
export const DEFAULT_TIME = "09:00";

export interface LocalTime {
  /** `2026-12-01T09:00`, as the date and time fields have it. */
  localTime: string;
  timeZone: string;
}

/** What is being written. */
export interface Draft extends LocalTime {
  content: string;
  subject: string;
  channels: Channel[];
  /** Another text for a channel. */
  overrides: Partial<Record<Channel, string>>;
  media: string[];
  /** What each image is called, by its id; one of a copied message has no name. */
  mediaNames: Record<string, string>;
  when: "now" | "later";
  repeat: Repeat;
  /** As written, one a line; none for those of the stage. */
  recipients: { email: string; sms: string };
  /** Of a message that is made of a template, which says its texts; else null. */
  filling: Filling | null;
  adapt: Adapting;
}

type Images = Pick<Draft, "media" | "mediaNames">;

/** What is written, with one image more, which was called so. */
export function withImage<T extends Images>(written: T, id: string, name: string): T {
  const { media, mediaNames } = written;
  return { ...written, media: [...media, id], mediaNames: { ...mediaNames, [id]: name } };
}

export function withoutImage<T extends Images>(written: T, gone: string): T {
  return { ...written, media: written.media.filter((id) => id !== gone) };
}

export const MOST_RECIPIENTS = 40;

/** Addresses or numbers, which lines, commas or semicolons separate, each once. */
export function splitRecipients(text: string): string[] {
  return [...new Set(text.split(/[\n,;]+/).map((one) => one.trim()))].filter(Boolean);
}

/** Null while they are too many; empty for none. */
function buildRecipients({ recipients, channels }: Draft): Pick<NewMessage, "recipients"> | null {
  const [email, sms] = (["email", "sms"] as const).map((channel) =>
    channels.includes(channel) ? splitRecipients(recipients[channel]) : [],
  ) as [string[], string[]];
  if (Math.max(email.length, sms.length) > MOST_RECIPIENTS) return null;
  return email.length + sms.length ? { recipients: { email, sms } } : {};
}

/** The message to post, of a template or written; null while it cannot be one yet. */
export function buildMessage(draft: Draft): NewMessage | null {
  const { filling, channels, media, when } = draft;
  if (!filling) {
    const written = buildWritten(draft);
    return written && { ...written, ...buildAdapt(draft) };
  }
  const [filled, recipients] = [buildFilled(filling, channels), buildRecipients(draft)];
  if (!filled || !recipients || !channels.length) return null;
  if (when === "later" && !draft.localTime) return null;
  return { ...filled, channels, media, ...recipients, ...buildAdapt(draft), ...timeOfDraft(draft) };
}

type When = Pick<Draft, "when" | "localTime" | "timeZone">;

/** The fields of a request that say when; none for now. */
export function timeOfDraft({ when, localTime, timeZone }: When) {
  return when === "later" ? { scheduled_at: localTime, time_zone: timeZone } : {};
}

/** The message to post that says its text itself; null while it cannot be one yet. */
export function buildWritten(draft: Draft): WrittenMessage | null {
  const recipients = buildRecipients(draft);
  if (!recipients) return null;
  if (!draft.content.trim() || !draft.channels.length) return null;
  if (draft.when === "later" && !draft.localTime) return null;
  const overrides = Object.fromEntries(
    Object.entries(draft.overrides)
      .filter(([channel, text]) => text && draft.channels.includes(channel as Channel))
      .map(([channel, content]) => [channel, { content }]),
  );
  return {
    content: draft.content,
    channels: draft.channels,
    ...(draft.subject.trim() ? { subject: draft.subject.trim() } : {}),
    ...(draft.media.length ? { media: draft.media } : {}),
    ...(Object.keys(overrides).length ? { overrides } : {}),
    ...recipients,
    ...timeOfDraft(draft),
  };
}

/** What the button of the composer will do; on some stages another publisher approves first. */
export function describeSend(draft: When & Pick<Draft, "channels">, needsApproval = false): string {
  const count = draft.channels.length;
  const channels = count === 1 ? "1 channel" : `${count} channels`;
  if (draft.when === "now") {
    return `${needsApproval ? "Send for approval" : "Publish now"}, ${channels}`;
  }
  const city = draft.timeZone.split("/").at(-1)?.replaceAll("_", " ") ?? draft.timeZone;
  const verb = needsApproval ? "Send for approval," : "Schedule for";
  return `${verb} ${draft.localTime.slice(11)} in ${city}, ${channels}`;
}

export interface Day {
  /** `2026-12-01`. */
  date: string;
  inMonth: boolean;
}

/** The weeks that show a month, each from Monday to Sunday. `month` is `2026-12`. */
export function listWeeks(month: string): Day[][] {
  const [year = 0, number = 1] = month.split("-").map(Number);
  const first = new Date(Date.UTC(year, number - 1, 1));
  const beginsAt = first.getTime() - ((first.getUTCDay() + 6) % 7) * DAY_MS;
  const weeks: Day[][] = [];
  for (let at = beginsAt; weeks.length === 0 || isoDay(at).startsWith(month); at += 7 * DAY_MS) {
    weeks.push(
      Array.from({ length: 7 }, (_, index) => {
        const date = isoDay(at + index * DAY_MS);
        return { date, inMonth: date.startsWith(month) };
      }),
    );
  }
  return weeks;
}

const DAY_MS = 86_400_000;

function isoDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** `2026-12` moved by some months. */
export function moveMonth(month: string, by: number): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
}

/** `2026-12-31` moved by some days. */
export function moveDay(date: string, by: number): string {
  return isoDay(Date.parse(`${date}T00:00:00Z`) + by * DAY_MS);
}

/**
 * The day that a key of the calendar leads to from `date`, null for any other key: arrows by a day
 * or a week, Home and End within the week, Page Up and Page Down by a month.
 */
export function dayAfterKey(key: string, date: string): string | null {
  const weekday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7; // Monday is 0
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -7,
    ArrowDown: 7,
    Home: -weekday,
    End: 6 - weekday,
  };
  const by = steps[key];
  if (by !== undefined) return moveDay(date, by);
  if (key === "PageUp" || key === "PageDown") return dayInMonth(date, key === "PageUp" ? -1 : 1);
  return null;
}

/**
 * The day that a key leads to where days are a list, of which only `shown` are in sight: the one
 * before or after, the first or the last. Null if there is none, or for any other key.
 */
export function shownDayAfterKey(key: string, date: string, shown: string[]): string | null {
  const later = shown.filter((day) => day > date);
  const earlier = shown.filter((day) => day < date);
  const targets: Record<string, string | undefined> = {
    ArrowLeft: earlier.at(-1),
    ArrowUp: earlier.at(-1),
    ArrowRight: later[0],
    ArrowDown: later[0],
    Home: shown[0],
    End: shown.at(-1),
  };
  if (key === "PageUp" || key === "PageDown") return dayAfterKey(key, date);
  return targets[key] ?? null;
}

/** The same day of another month, or that month's last. */
function dayInMonth(date: string, by: number): string {
  const month = moveMonth(date.slice(0, 7), by);
  const last = moveDay(`${moveMonth(month, 1)}-01`, -1);
  const same = `${month}-${date.slice(8)}`;
  return same < last ? same : last;
}

/** Date and time of a moment in a zone, as `["2026-12-01", "09:00"]`. */
export function inZone(at: string, zone: string): [string, string] {
  const parts = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "short",
  }).format(new Date(at));
  const [date = "", time = ""] = parts.split(" ");
  return [date, time];
}

/** When a message goes or went out: its time, else when it was written. */
export function timeOf(message: Message): string {
  return message.scheduled_at ?? message.created_at;
}

/** Whether it is still to be published and can be cancelled: one that is queued may be late for it. */
export function canCancel(message: Message): boolean {
  return isMovable(message) || message.status === "queued";
}

/** Whether its time can still be changed. */
export function isMovable({ status }: Message): boolean {
  return status === "draft" || status === "waiting" || status === "scheduled";
}

/** Those that can still be cancelled. */
export function pickCancellable(messages: readonly Message[]): Message[] {
  return messages.filter(isMovable);
}

/** Those with a delivery that has failed, on that channel if one is named. */
export function pickRetryable(messages: readonly Message[], channel: Channel | "" = ""): Message[] {
  return messages.filter(({ channels }) =>
    channels.some(
      (delivery) => delivery.status === "failed" && (!channel || delivery.channel === channel),
    ),
  );
}

const SHOWN_LETTERS = 40;

/** The beginning of a text, for a tile of the calendar. */
export function shorten(text: string): string {
  return text.length > SHOWN_LETTERS ? `${text.slice(0, SHOWN_LETTERS).trimEnd()}…` : text;
}
