import { QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiProblem } from "../api/problem";
import type { Session } from "../auth/session";
import { createQueryClient, isSentAgain } from "./queryClient";

const away = () => new ApiProblem(503, "unavailable", "the database is not available", null, 1);

/** As a request, which is under way for some time. */
async function slowly<T>(work: () => Promise<T>): Promise<T> {
  await new Promise((resolve) => setTimeout(resolve, 300));
  return await work();
}

function watch(read: () => Promise<string>, status = "signed-in") {
  const session = { getState: () => ({ status }), subscribe: () => () => undefined };
  const queries = createQueryClient(session as unknown as Session);
  const observer = new QueryObserver(queries, { queryKey: ["orders"], queryFn: read });
  observer.subscribe(() => undefined);
  return () => {
    const { data, error, status } = observer.getCurrentResult();
    return { shown: data ?? error?.message ?? status, error };
  };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it("sends what failed for a time again by itself, and shows its error until then", async () => {
  const read = vi.fn(() => slowly(() => Promise.reject<string>(away())));
  const look = watch(read);
  await vi.advanceTimersByTimeAsync(1000);
  expect(isSentAgain(look().error)).toBe(true);
  for (let tick = 0; tick < 600; tick += 1) {
    expect(look().shown).toBe("the database is not available");
    await vi.advanceTimersByTimeAsync(100);
  }
  const calls = read.mock.calls.length;
  expect(calls).toBeGreaterThan(6);
  expect(calls).toBeLessThan(20); // no storm
  read.mockImplementation(() => Promise.resolve("back"));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(look().shown).toBe("back");
  const answered = read.mock.calls.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(read).toHaveBeenCalledTimes(answered);
});

it("sends nothing again that stays as it is", async () => {
  const read = vi.fn(() => Promise.reject<string>(new ApiProblem(404, "not_found", "no")));
  const look = watch(read);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(read).toHaveBeenCalledTimes(1);
  expect(isSentAgain(look().error)).toBe(false);
});

it("sends nothing after the session ended", async () => {
  const read = vi.fn(() => Promise.reject<string>(away()));
  watch(read, "ended");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(read).toHaveBeenCalledTimes(1);
});
