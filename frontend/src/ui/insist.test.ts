import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiProblem } from "../api/problem";
import { insist } from "./insist";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("goes on once a part that was away is back", async () => {
  const send = vi.fn(() => Promise.resolve("rows"));
  send.mockRejectedValueOnce(new ApiProblem(503, "unavailable", "", null, 2));
  const done = insist(send, new AbortController().signal);
  await vi.advanceTimersByTimeAsync(1900);
  expect(send).toHaveBeenCalledTimes(1); // as long as the API asked to wait
  await vi.advanceTimersByTimeAsync(200);
  expect(await done).toBe("rows");
});

it("gives up what cannot succeed, what goes on failing, and what is stopped", async () => {
  const { signal } = new AbortController();
  const fail = (status: number) => vi.fn(() => Promise.reject(new ApiProblem(status, "no", "no")));
  await expect(insist(fail(400), signal)).rejects.toThrow("no");
  const away = fail(503);
  const tried = expect(insist(away, signal)).rejects.toThrow("no");
  await vi.advanceTimersByTimeAsync(60_000);
  await tried;
  expect(away).toHaveBeenCalledTimes(6);
  const stop = new AbortController();
  const stopped = expect(insist(fail(503), stop.signal)).rejects.toThrow("stopped");
  await vi.advanceTimersByTimeAsync(10);
  stop.abort();
  await stopped;
});
