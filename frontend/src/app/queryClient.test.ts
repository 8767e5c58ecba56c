import { QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiProblem } from "../api/problem";
import type { Session } from "../auth/session";
import { createQueryClient, isSentAgain } from "./queryClient";

const away = () => new ApiProblem(503, "unavailable", "the database is not available", null, 1);

function watch(read: () => Promise<string>, status = "signed-in") {
  const session = { getState: () => ({ status }), subscribe: () => () => undefined };
  const queries = createQueryClient(session as unknown as Session);
  const observer = new QueryObserver(queries, { queryKey: ["orders"], queryFn: read });
  const seen: string[] = [];
  observer.subscribe(() => {
    const { data, error, status } = observer.getCurrentResult(); // as React reads it
    seen.push(data ?? error?.message ?? status);
  });
  return { seen, observer };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it("sends what failed for a time again by itself, and shows its error until then", async () => {
  const read = vi.fn(() => Promise.reject<string>(away()));
  const { seen, observer } = watch(read);
  await vi.advanceTimersByTimeAsync(100);
  expect(isSentAgain(observer.getCurrentResult().error)).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
  const calls = read.mock.calls.length;
  expect(calls).toBeGreaterThan(6);
  expect(calls).toBeLessThan(20); // no storm
  expect(new Set(seen.slice(seen.indexOf("the database is not available")))).toEqual(
    new Set(["the database is not available"]),
  );
  read.mockImplementation(() => Promise.resolve("back"));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(seen.at(-1)).toBe("back");
  const answered = read.mock.calls.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(read).toHaveBeenCalledTimes(answered);
});

it("sends nothing again that stays as it is", async () => {
  const read = vi.fn(() => Promise.reject<string>(new ApiProblem(404, "not_found", "no")));
  const { observer } = watch(read);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(read).toHaveBeenCalledTimes(1);
  expect(isSentAgain(observer.getCurrentResult().error)).toBe(false);
});

it("sends nothing after the session ended", async () => {
  const read = vi.fn(() => Promise.reject<string>(away()));
  watch(read, "ended");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(read).toHaveBeenCalledTimes(1);
});
