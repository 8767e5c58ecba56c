import { describe, expect, it } from "vitest";
import { buildChange, editOf } from "./editing";
import type { Message } from "./model";

const MESSAGE = {
  content: "We open at nine.",
  subject: null,
  channels: [{ channel: "email" }, { channel: "sms" }],
  overrides: { email: { subject: "Open", content: "By mail." }, sms: { subject: "none" } },
  media: [],
  recipients: null,
  scheduled_at: "2030-03-01T08:00:00.000Z",
  time_zone: "Europe/Berlin",
  adapt: { facebook: true },
} as unknown as Message;

describe("a message that is edited", () => {
  it("has its own time, in its zone", () => {
    expect(editOf(MESSAGE)).toMatchObject({
      when: "later",
      localTime: "2030-03-01T09:00",
      timeZone: "Europe/Berlin",
    });
    expect(editOf({ ...MESSAGE, scheduled_at: null }).when).toBe("now");
  });

  it("loses what was taken out, and keeps subjects of channels that it still goes to", () => {
    const written = { content: "We open.", channels: ["email" as const] };
    expect(buildChange(written, MESSAGE, true)).toEqual({
      ...{ content: "We open.", channels: ["email"], media: [], subject: null, recipients: null },
      overrides: { email: { subject: "Open" } },
      ...{ scheduled_at: null, time_zone: null, adapt: false, draft: true },
    });
  });
});
