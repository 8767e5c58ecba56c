import { describe, expect, it } from "vitest";
import {
  buildAnnouncement,
  buildCertification,
  checkFields,
  describeEnd,
  describeReminder,
  listOpen,
  NO_ANNOUNCING,
  NO_FIELDS,
  readFields,
  type Certification,
} from "./model";

const FIELDS = { ...NO_FIELDS, name: "Cloud Practitioner", issuer: "AWS", issuedOn: "2026-01-31" };

describe("a certificate", () => {
  it("needs a name, an issuer and a day", () => {
    expect(Object.keys(checkFields(NO_FIELDS))).toEqual(["name", "issuer", "issuedOn"]);
    expect(checkFields(FIELDS)).toEqual({});
  });

  it("does not end before it begins, and is verified at an address", () => {
    const wrong = { ...FIELDS, expiresOn: "2026-01-30", verifyUrl: "javascript:alert(1)" };
    expect(Object.keys(checkFields(wrong))).toEqual(["expiresOn", "verifyUrl"]);
  });

  it("is sent without what is empty, and comes back into the form", () => {
    const sent = buildCertification({ ...FIELDS, credentialId: " c-1 " });
    expect(sent).toEqual({
      name: "Cloud Practitioner",
      issuer: "AWS",
      issued_on: "2026-01-31",
      credential_id: "c-1",
    });
    const stored = {
      ...sent,
      expires_on: null,
      verify_url: null,
      badge_media: null,
      public: false,
    };
    expect(readFields(stored as Certification)).toEqual({ ...FIELDS, credentialId: "c-1" });
  });

  it("stays public when it is changed, and only then says so", () => {
    const shown = { ...FIELDS, isPublic: true };
    expect(buildCertification(shown)).toMatchObject({ public: true });
    expect(readFields({ public: true } as Certification).isPublic).toBe(true);
  });

  it.each([
    ["2027-01-31", "active", "2026-12-02T08:00:00Z", "Next reminder on 2026-12-02"],
    ["2027-01-31", "expiring", null, "No further reminder"],
    ["2026-01-31", "expired", null, ""],
    [null, "active", null, ""],
  ])("that ends on %s, is %s and is reminded of at %s says %j", (day, status, at, text) => {
    const shown = { expires_on: day, status, next_reminder_at: at } as Certification;
    expect(describeReminder(shown)).toBe(text);
  });

  it.each([
    [null, "never"],
    ["2026-11-28", "today"],
    ["2026-11-29", "in 1 day"],
    ["2026-11-18", "10 days ago"],
  ])("that ends on %s ends %s", (day, text) => {
    expect(describeEnd(day, new Date("2026-11-28T23:30:00Z"))).toBe(text);
  });
});

describe("an announcement", () => {
  const announced = [{ channel: "facebook", message_id: "m", at: "2026-01-31T09:00:00Z" }];

  it.each([
    [null, ["linkedin", "email", "sms"]],
    ["badge", ["instagram", "linkedin", "email", "sms"]],
  ])("with the badge %s is open to %j", (badge_media, channels) => {
    expect(listOpen({ announced, badge_media } as Certification)).toEqual(channels);
  });

  it("needs a channel, and a time unless it is now", () => {
    const now = { ...NO_ANNOUNCING, channels: ["sms" as const], timeZone: "UTC" };
    expect(buildAnnouncement(NO_ANNOUNCING)).toBeNull();
    expect(buildAnnouncement({ ...now, when: "later" })).toBeNull();
    expect(buildAnnouncement(now)).toEqual({ channels: ["sms"] });
    const later = { ...now, when: "later" as const, localTime: "2026-12-01T09:00" };
    expect(buildAnnouncement(later)).toEqual({
      channels: ["sms"],
      scheduled_at: "2026-12-01T09:00",
      time_zone: "UTC",
    });
  });
});
