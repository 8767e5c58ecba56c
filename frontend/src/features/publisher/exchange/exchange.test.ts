import { describe, expect, it } from "vitest";
import type { Message } from "../model";
import { countMeant, findObstacle } from "./model";

function message(status: Message["status"], deliveries: object[] = []): Message {
  return { status, channels: deliveries } as unknown as Message;
}

describe("a decision on all messages of a filter", () => {
  it("is refused on an empty filter, and where nothing could come of it", () => {
    expect(findObstacle("cancel", { status: "", channel: "" })).toMatch("status or a channel");
    expect(findObstacle("cancel", { status: "sent", channel: "" })).toMatch("cannot be cancelled");
    expect(findObstacle("cancel", { status: "draft", channel: "" })).toBeNull();
    expect(findObstacle("cancel", { status: "", channel: "sms" })).toBeNull();
    expect(findObstacle("retry", { status: "failed", channel: "" })).toMatch("Choose a channel");
    expect(findObstacle("retry", { status: "", channel: "linkedin" })).toBeNull();
  });

  it("means drafts by their status alone", () => {
    const messages = [message("draft"), message("scheduled"), message("sent")];
    expect(countMeant("cancel", { status: "", channel: "sms" }, messages)).toBe(1);
    expect(countMeant("cancel", { status: "draft", channel: "" }, messages)).toBe(1);
  });

  it("retries what failed on the channel", () => {
    const failed = message("partial", [{ channel: "linkedin", status: "failed" }]);
    const other = message("partial", [{ channel: "sms", status: "failed" }]);
    expect(countMeant("retry", { status: "", channel: "linkedin" }, [failed, other])).toBe(1);
  });
});
