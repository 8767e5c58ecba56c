import { describe, expect, it } from "vitest";
import type { Schemas } from "../../api/client";
import { listLosses } from "./lossTexts";

const state = (part: Partial<Schemas["Pipeline"]>) =>
  ({ losses: {}, unknown: {}, counts: {}, ...part }) as Schemas["Pipeline"];

describe("losses", () => {
  it("are told with 0 while nothing was lost", () => {
    const found = listLosses(state({}));
    expect(found.map(({ name, count }) => [name, count])).toEqual([
      ["lost.search_events", 0],
      ["unknown.search_events", 0],
    ]);
  });

  it("have the numbers of the API, also of a name that is new here", () => {
    const found = listLosses(
      state({ losses: { "lost.search_events": 3, "lost.other": 1 }, unknown: {} }),
    );
    expect(found.find(({ name }) => name === "lost.search_events")?.count).toBe(3);
    expect(found.find(({ name }) => name === "lost.other")).toMatchObject({
      count: 1,
      isLoss: true,
    });
  });

  it("say whose records were refused, and by which code", () => {
    const counts = { "log_rejected.acme.request_too_large": 2, "log_rejected.-.no_text": 1 };
    const [request, record] = listLosses(state({ counts })).slice(2);
    expect(request).toMatchObject({
      what: "Requests with logs of acme that were refused",
      isLoss: false,
    });
    expect(request?.means).toContain("the code too_large");
    expect(record?.what).toBe("Log records of senders without a key that were refused");
  });
});
