import { describe, expect, it } from "vitest";
import {
  beginAdapting,
  buildAdapt,
  listAdapted,
  buildOfChannel,
  readAdapt,
  withoutAdapt,
} from "./adaptation";
import { buildMessage, type Draft } from "./model";

const DRAFT = {
  content: "We open at nine.",
  channels: ["facebook", "linkedin", "sms"],
  overrides: {},
  subject: "",
  media: [],
  adapt: beginAdapting(),
} as unknown as Draft;

describe("the wish to adapt a text", () => {
  it("is at first for the channels that have a tone, and for chosen ones alone", () => {
    expect(listAdapted(DRAFT)).toEqual(["facebook", "linkedin"]);
    expect(buildAdapt(DRAFT)).toEqual({ adapt: { facebook: true, linkedin: true } });
  });

  it("leaves out what a person wrote, and channels that use the original", () => {
    const draft = {
      ...DRAFT,
      overrides: { facebook: "Hey!" },
      adapt: { ...DRAFT.adapt, sms: true },
    };
    expect(listAdapted(draft)).toEqual(["linkedin", "sms"]);
    expect(buildAdapt({ ...draft, adapt: { linkedin: false } })).toEqual({});
    expect(buildAdapt({ ...draft, adapt: null })).toEqual({});
  });

  it("is taken over from a message that exists", () => {
    expect(readAdapt(true)).toEqual(beginAdapting());
    expect(readAdapt({ sms: true, facebook: false })).toEqual({ sms: true, facebook: false });
    expect(readAdapt(false)).toBeNull();
    expect(readAdapt({ facebook: false })).toBeNull();
  });

  it("is of a channel's text alone, so that another time or image asks for no other text", () => {
    const later = { ...DRAFT, when: "later" as const, localTime: "2029-01-01T09:00", media: ["a"] };
    const now = { ...DRAFT, when: "now" as const, media: [] };
    expect(
      buildMessage(buildOfChannel({ ...later, recipients: { email: "", sms: "" } }, "sms")),
    ).toEqual(
      buildMessage(
        buildOfChannel({ ...now, recipients: { email: "a@example.com", sms: "" } }, "sms"),
      ),
    );
  });

  it("is not sent where only lengths and problems are asked for", () => {
    const message = { content: "a", channels: ["sms" as const], ...buildAdapt(DRAFT) };
    expect(withoutAdapt(message)).toEqual({ content: "a", channels: ["sms"] });
  });
});
