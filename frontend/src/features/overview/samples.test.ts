import { afterEach, describe, expect, it, vi } from "vitest";
import { createApi } from "../../api/client";
import type { Session } from "../../auth/session";
import type { Config } from "../../config";
import { sendLines, withKey } from "./samples";

const SESSION = {
  getState: () => ({ status: "signed-in" }),
  token: () => Promise.resolve("a-token"),
} as unknown as Session;
const CONFIG = { apiBase: "http://127.0.0.1:1", stage: "dev" } as Config;

/** The requests that are made, in order; each gets the response that `answer` gives. */
function record(answer: (request: Request) => Response): string[] {
  const seen: string[] = [];
  vi.stubGlobal("fetch", (request: Request) => {
    const { pathname } = new URL(request.url);
    seen.push(`${request.method} ${pathname} ${request.headers.get("authorization")}`);
    return Promise.resolve(answer(request));
  });
  return seen;
}

const send = (stage: string) => {
  const api = createApi(CONFIG, SESSION);
  return withKey(api, "acme", stage, (key) =>
    sendLines(api, { tenant: "acme", from: 1, count: 2, now: 0, key }),
  );
};

describe("sample log lines", () => {
  afterEach(() => void vi.unstubAllGlobals());

  it("are sent by a key that is revoked, also when they are refused", async () => {
    const seen = record(({ url, method }) => {
      if (url.endsWith("/keys")) {
        return new Response('{"key_id": "k-1", "key": "secret"}', { status: 201 });
      }
      return method === "DELETE" ? new Response(null, { status: 204 }) : Response.error();
    });
    await expect(send("dev")).rejects.toThrow();
    expect(seen).toEqual([
      "POST /api/v1/tenants/acme/keys a-token",
      "POST /ingest Bearer secret",
      "DELETE /api/v1/tenants/acme/keys/k-1 a-token",
    ]);
  });

  it("need no key on a laptop", async () => {
    const seen = record(() => new Response('{"accepted": 2}', { status: 202 }));
    await send("local");
    expect(seen).toEqual(["POST /ingest null"]);
  });
});
