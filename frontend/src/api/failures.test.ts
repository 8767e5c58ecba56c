import { beforeEach, describe, expect, it, vi } from "vitest";
import type { FailedRequest } from "./failures";

function failed(requestId: string): FailedRequest {
  const at = "2026-11-28T14:03:22.000Z";
  return { at, method: "GET", route: "/orders", status: 503, code: "unavailable", requestId };
}

describe("failed requests of the tab", () => {
  beforeEach(() => {
    sessionStorage.clear();
    vi.resetModules();
  });

  it("are kept newest first, and the oldest of many forgotten", async () => {
    const { keepFailure, listFailures } = await import("./failures");
    for (let number = 1; number <= 25; number += 1) keepFailure(failed(`r-${number}`));
    const ids = listFailures().map(({ requestId }) => requestId);
    expect(ids).toHaveLength(20);
    expect([ids[0], ids[19]]).toEqual(["r-25", "r-6"]);
  });

  it("are there after a reload", async () => {
    (await import("./failures")).keepFailure(failed("r-1"));
    vi.resetModules();
    const anew = await import("./failures");
    expect(anew.listFailures()).toEqual([failed("r-1")]);
  });

  it("begin anew when what was kept cannot be read", async () => {
    sessionStorage.setItem("omnidata:failed-requests", "{");
    expect((await import("./failures")).listFailures()).toEqual([]);
  });
});
