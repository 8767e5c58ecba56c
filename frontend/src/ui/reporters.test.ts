import { describe, expect, it } from "vitest";
import { describeReporter } from "./reporters";

describe("who reports", () => {
  it("is named as on the pipeline, with what waits for it", () => {
    expect(describeReporter("worker#local").name).toBe("The archive worker");
    expect(describeReporter("stream:announce_orders")).toEqual({
      name: "announce_orders",
      meanwhile: "Orders are stored; their mails will come later.",
    });
    expect(describeReporter("stream:new_one")).toEqual({ name: "new_one", meanwhile: "" });
  });
});
