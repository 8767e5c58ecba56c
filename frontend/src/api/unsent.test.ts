import { afterEach, describe, expect, it, vi } from "vitest";
import type { Session } from "../auth/session";
import type { Config } from "../config";
import { createApi, describeUnsent, read, type Api } from "./client";

const CONFIG = { apiBase: "http://127.0.0.1:1", stage: "dev" } as Config;
const SESSION = {
  getState: () => ({ status: "signed-in" }),
  token: () => Promise.resolve("a-token"),
} as unknown as Session;

const placeOrder = (api: Api) =>
  read(
    api.POST("/orders", {
      params: { header: { "Idempotency-Key": "k-1" } },
      body: { customer: "O'Hara", total: 1 } as never,
    }),
  );

describe("a request as curl before it is sent", () => {
  afterEach(() => void vi.unstubAllGlobals());

  it("is the one that is sent, and sends nothing", async () => {
    const response = () => Promise.resolve(new Response('{"orderID": "o-1"}', { status: 202 }));
    const fetch = vi.fn(response);
    vi.stubGlobal("fetch", fetch);
    const before = await describeUnsent(CONFIG, placeOrder);
    expect(fetch).not.toHaveBeenCalled();
    const sent = await placeOrder(createApi(CONFIG, SESSION));
    expect(fetch).toHaveBeenCalledOnce();
    expect(before).toBe(sent.curl);
    expect(before).toContain('-H "authorization: $TOKEN"');
    expect(before).toContain("idempotency-key: k-1");
    expect(before).not.toContain("a-token");
  });

  it("is an error where none would be sent, and that of what builds it", async () => {
    await expect(describeUnsent(CONFIG, () => Promise.resolve())).rejects.toThrow("no request");
    const broken = () => Promise.reject(new Error("no JSON"));
    await expect(describeUnsent(CONFIG, broken)).rejects.toThrow("no JSON");
  });
});
