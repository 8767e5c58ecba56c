import type { Schemas } from "../../../api/client";
import { CHANNELS, timeOfDraft, type Channel, type Draft } from "../model";

export type Certification = Schemas["Certification"];
export type NewCertification = Schemas["NewCertification"];
export type NewAnnouncement = Schemas["NewAnnouncement"];

/** Where and when to announce, as the dialog holds it. */
export type Announcing = Pick<Draft, "channels" | "when" | "localTime" | "timeZone">;

export const NO_ANNOUNCING: Announcing = {
  channels: [],
  when: "now",
  localTime: "",
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
};

/** A certificate as the form holds it; "" is nothing. */
export interface Fields {
  name: string;
  issuer: string;
  issuedOn: string;
  expiresOn: string;
  credentialId: string;
  verifyUrl: string;
  badgeMedia: string;
  isPublic: boolean;
}

export const NO_FIELDS: Fields = {
  name: "",
  issuer: "",
  issuedOn: "",
  expiresOn: "",
  credentialId: "",
  verifyUrl: "",
  badgeMedia: "",
  isPublic: false,
};
const URL_RULE = /^https?:\/\/[^\s<>"]{1,1990}$/;
const DAY_MS = 86_400_000;

export function readFields(certification: Certification): Fields {
  return {
    name: certification.name,
    issuer: certification.issuer,
    issuedOn: certification.issued_on,
    expiresOn: certification.expires_on ?? "",
    credentialId: certification.credential_id ?? "",
    verifyUrl: certification.verify_url ?? "",
    badgeMedia: certification.badge_media ?? "",
    isPublic: certification.public,
  };
}

/** What is wrong, by field; {} if all is fine. */
export function checkFields(fields: Fields): Partial<Record<keyof Fields, string>> {
  const { name, issuer, issuedOn, expiresOn, verifyUrl } = fields;
  return {
    ...(!name.trim() && { name: "Name the certificate." }),
    ...(!issuer.trim() && { issuer: "Say who issued it." }),
    ...(!issuedOn && { issuedOn: "Choose the day." }),
    ...(expiresOn && expiresOn < issuedOn && { expiresOn: "It cannot end before it was issued." }),
    ...(verifyUrl &&
      !URL_RULE.test(verifyUrl) && { verifyUrl: "An address that begins with https://" }),
  };
}

export function buildCertification(fields: Fields): NewCertification {
  return {
    name: fields.name.trim(),
    issuer: fields.issuer.trim(),
    issued_on: fields.issuedOn,
    ...(fields.expiresOn && { expires_on: fields.expiresOn }),
    ...(fields.credentialId.trim() && { credential_id: fields.credentialId.trim() }),
    ...(fields.verifyUrl && { verify_url: fields.verifyUrl }),
    ...(fields.badgeMedia && { badge_media: fields.badgeMedia }),
    ...(fields.isPublic && { public: true }),
  };
}

/** The channels where a certificate can be announced still; Instagram takes none without a badge. */
export function listOpen({ announced, badge_media: badge }: Certification): Channel[] {
  const done = announced.map(({ channel }) => channel);
  return CHANNELS.filter(
    (channel) => !done.includes(channel) && (channel !== "instagram" || badge !== null),
  );
}

/** What to post; null while a channel or the time is missing. */
export function buildAnnouncement(wanted: Announcing): NewAnnouncement | null {
  const { channels, when, localTime } = wanted;
  if (!channels.length || (when === "later" && !localTime)) return null;
  return { channels, ...timeOfDraft(wanted) };
}

/** What is to come of the reminders by e-mail; "" for what does not end, or has ended. */
export function describeReminder(certification: Certification): string {
  const { expires_on: end, status, next_reminder_at: at } = certification;
  if (at) return `Next reminder on ${at.slice(0, 10)}`;
  return end && status !== "expired" ? "No further reminder" : "";
}

/** "in 12 days", "3 days ago", "today"; "never" for what does not end. */
export function describeEnd(expiresOn: string | null, now: Date): string {
  if (!expiresOn) return "never";
  const today = Date.parse(now.toISOString().slice(0, 10));
  const days = Math.round((Date.parse(expiresOn) - today) / DAY_MS);
  if (days === 0) return "today";
  const count = Math.abs(days) === 1 ? "1 day" : `${Math.abs(days).toLocaleString("en")} days`;
  return days > 0 ? `in ${count}` : `${count} ago`;
}
