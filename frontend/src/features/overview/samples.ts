import { read, type Api, type Reply, type Schemas } from "../../api/client";
import { SAMPLE_RECORDS } from "../../api/sampleRecords";
import type { Me } from "../../app/context";

/** One of the sample things is meant by its number, from 1: sent again, it is the same thing. */

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const SCHEDULED = 3; // of the messages

/** Add a sample record, which is there afterwards. */
export function addRecord(api: Api, n: number, signal?: AbortSignal) {
  const record = SAMPLE_RECORDS[n - 1];
  return read(api.POST("/stream", { body: record as never, ...(signal && { signal }) }));
}

export function placeOrder(api: Api, n: number, signal?: AbortSignal) {
  const body = {
    customer: `sample-${n}`,
    lines: [{ sku: WARES[n % WARES.length], quantity: 1 + (n % 4), unit_price: 4.25 + n }],
  };
  const header = { "Idempotency-Key": `sample-order-${n}` };
  return read(
    api.POST("/orders", { params: { header }, body: body as never, ...(signal && { signal }) }),
  );
}

export function isScheduled(n: number): boolean {
  return n <= SCHEDULED;
}

export function listChannels(n: number): Schemas["Channel"][] {
  return n % 2 ? ["facebook", "linkedin"] : ["email", "sms"];
}

export function publish(api: Api, n: number, signal?: AbortSignal) {
  const body = {
    content: `Sample ${n}: ${HEADLINES[n % HEADLINES.length]}`,
    channels: listChannels(n),
    ...(isScheduled(n) && { scheduled_at: `${dayIn(n)}T09:00:00Z` }),
  };
  // A scheduled time differs by the day, and the same key with another body would be refused.
  const day = isScheduled(n) ? `-${dayIn(0)}` : "";
  const header = { "Idempotency-Key": `sample-message-${n}${day}` };
  return read(
    api.POST("/api/v1/messages", { params: { header }, body, ...(signal && { signal }) }),
  );
}

/** The day so many days from now, in UTC. */
function dayIn(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
}

export interface Lines {
  tenant: string;
  /** Of the first one. */
  from: number;
  count: number;
  /** When the newest of them is. */
  now: number;
  /** The tenant's key; null where intake is open, which takes no Authorization header. */
  key: string | null;
}

/** Send log lines by one request. */
export function sendLines(api: Api, lines: Lines, signal?: AbortSignal) {
  const { key, count, from } = lines;
  const body = Array.from({ length: count }, (_, index) =>
    JSON.stringify(buildLine(from + index, lines)),
  );
  const signed = key ? { Authorization: `Bearer ${key}` } : {};
  return read(
    api.POST("/ingest", {
      headers: { "Content-Type": "application/x-ndjson", ...signed },
      ...(!key && { credentials: "omit" as const }),
      body: body.join("\n") as never,
      ...(signal && { signal }),
    }),
  );
}

function buildLine(n: number, { tenant, now }: Lines): object {
  const severity = n % 97 === 0 ? "ERROR" : n % 23 === 0 ? "WARN" : n % 5 === 0 ? "DEBUG" : "INFO";
  return {
    tenant_id: tenant,
    log_id: `sample-${n}`,
    ts: new Date(now - ((n * 7919) % HOUR_MS)).toISOString(),
    severity,
    text: `request ${n} took ${(n * 31) % 480} ms`,
    source: n % 3 ? "web" : "api",
    attrs: { http: { method: n % 4 ? "GET" : "POST" }, path: `/items/${n % 40}` },
  };
}

/** Whether this person can send log lines: open intake takes them, else a key is made for them. */
export function maySendLines(me: Me, stage: string): me is Me & { tenant: string } {
  return !!me.tenant && (stage === "local" || me.may.includes("tenants.manage"));
}

/** Send by a key of the tenant that is revoked afterwards; without one where intake is open. */
export async function withKey<T>(
  api: Api,
  tenant: string,
  stage: string,
  send: (key: string | null) => Promise<T>,
): Promise<T> {
  if (stage === "local") return await send(null);
  const path = { tenant_id: tenant };
  const made: Reply<Schemas["NewTenantKey"]> = await read(
    api.POST("/api/v1/tenants/{tenant_id}/keys", { params: { path } }),
  );
  try {
    return await send(made.data.key);
  } finally {
    const params = { path: { ...path, key_id: made.data.key_id } };
    await read(api.DELETE("/api/v1/tenants/{tenant_id}/keys/{key_id}", { params }));
  }
}

const WARES = ["mop", "soap", "bucket", "towel", "brush"];
const HEADLINES = [
  "our new shop opens on Monday",
  "thank you for ten thousand orders",
  "meet the team",
];
