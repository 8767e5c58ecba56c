import { act, cleanup, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createApi } from "../../api/client";
import { ConsoleContext, type Console } from "../../app/context";
import type { Session } from "../../auth/session";
import type { Config } from "../../config";
import { readFilter } from "./address";
import { useTail } from "./useTail";

const NONE = { scanned: 0, matched: 0, complete: false };
const FILTER = readFilter({});
let cursors: (string | null)[];
let answer: () => Response;

beforeEach(() => {
  vi.useFakeTimers();
  cursors = [];
  answer = () => Response.json({ logs: [], next_cursor: `after-${cursors.length}`, read: NONE });
  vi.stubGlobal("fetch", (request: Request) => {
    cursors.push(new URL(request.url).searchParams.get("cursor"));
    return Promise.resolve(answer());
  });
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

async function follow() {
  const session = {
    getState: () => ({ status: "signed-in" }),
    token: () => Promise.resolve("token"),
  } as unknown as Session;
  const config = { apiBase: "http://127.0.0.1", stage: "local" } as Config;
  const console = { session, config, api: createApi(config, session) } as Console;
  const wrapper = ({ children }: { children: ReactNode }) => (
    <ConsoleContext value={console}>{children}</ConsoleContext>
  );
  const { result } = renderHook(() => useTail(FILTER, true), { wrapper });
  await pass(0);
  return result;
}

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

it("asks every 2 s from where it was, and every 5 s after a quiet minute", async () => {
  await follow();
  await pass(4000);
  expect(cursors).toEqual([null, "after-1", "after-2"]);
  await pass(60_000);
  const before = cursors.length;
  await pass(20_000);
  expect(cursors.length - before).toBe(4);
});

it("asks nothing while the page is hidden, and at once when it is shown", async () => {
  await follow();
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  await pass(10_000);
  expect(cursors).toHaveLength(1);
  hidden.mockReturnValue(false);
  document.dispatchEvent(new Event("visibilitychange"));
  await pass(0);
  expect(cursors).toHaveLength(2);
});

it("waits as long as a limit says", async () => {
  answer = () => Response.json({}, { status: 429, headers: { "Retry-After": "9" } });
  const result = await follow();
  expect(result.current.error?.name).toBe("ApiProblem");
  await pass(8900);
  expect(cursors).toHaveLength(1);
  await pass(200);
  expect(cursors).toHaveLength(2);
});

it("begins anew where its cursor is not taken any more", async () => {
  const taken = answer;
  await follow();
  answer = () => Response.json({}, { status: 400 });
  await pass(2000);
  answer = taken;
  await pass(2000);
  expect(cursors).toEqual([null, "after-1", null]);
});
