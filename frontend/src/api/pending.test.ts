import { afterEach, expect, it, vi } from "vitest";
import { fetchInTime, stopWaiting, waitingSince } from "./pending";
import type { ApiProblem } from "./problem";

const hang = (_: Request, { signal }: RequestInit) =>
  new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason as Error));
  });
const failing = (request: Request) =>
  fetchInTime(request).then(
    () => null,
    (error: unknown) => error as ApiProblem,
  );

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("ends a request that has no response, and says so of what may be done", async () => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", hang);
  const reading = failing(new Request("http://api.test/orders"));
  const placing = failing(new Request("http://api.test/orders", { method: "POST" }));
  expect(waitingSince()).toBe(Date.now());
  await vi.advanceTimersByTimeAsync(30_000);
  expect((await reading)?.message).toBe("The API did not respond within 30 s.");
  expect((await placing)?.message).toMatch("may have been done");
  expect(waitingSince()).toBeNull();
});

it("is stopped by a person", async () => {
  vi.stubGlobal("fetch", hang);
  const reading = failing(new Request("http://api.test/orders"));
  stopWaiting();
  expect((await reading)?.code).toBe("stopped");
});

it("hands the response on whole", async () => {
  vi.stubGlobal("fetch", () =>
    Promise.resolve(new Response('{"n":1}', { status: 201, headers: { ETag: '"1"' } })),
  );
  const response = await fetchInTime(new Request("http://api.test/orders"));
  expect([response.status, response.headers.get("ETag")]).toEqual([201, '"1"']);
  expect(await response.text()).toBe('{"n":1}');
});
