import { read } from "../../api/client";
import { SAMPLE_RECORDS } from "../../api/sampleRecords";
import type { Console } from "../../app/context";
import { breakLinkedIn } from "./sampleFault";

export type SampleKind = "records" | "orders" | "logs" | "messages";

export const SAMPLE_SIZES: Record<SampleKind, number> = {
  records: SAMPLE_RECORDS.length,
  orders: 20,
  logs: 5000,
  messages: 12,
};
const LINES_A_REQUEST = 500;
const AT_A_TIME = 4;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const CLOCKS_DIFFER_MS = 1000;

type OnProgress = (kind: SampleKind, done: number) => void;

/**
 * Make some of everything by the public API. Each thing has an id or an Idempotency-Key of its own,
 * so that a second run adds nothing.
 *
 * @throws ApiProblem
 */
export async function makeSampleData(
  console: Console,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<void> {
  const { may } = console.me;
  const steps = [
    may.includes("records.write") && makeRecords,
    may.includes("orders.place") && makeOrders,
    console.config.stage === "local" && console.me.tenant && sendLogs,
    may.includes("messages.write") && makeMessages,
  ];
  await Promise.all(
    steps.filter((step) => !!step).map((step) => step(console, onProgress, signal)),
  );
}

type Step = (console: Console, onProgress: OnProgress, signal: AbortSignal) => Promise<void>;

const makeRecords: Step = async ({ api, me }, onProgress, signal) => {
  if (me.may.includes("records.import")) {
    // Without an Idempotency-Key: under one, records that were removed would not come back.
    const headers = { "Content-Type": "application/x-ndjson" };
    const body = SAMPLE_RECORDS.map((record) => JSON.stringify(record)).join("\n");
    await read(api.POST("/api/v1/records:import", { headers, body: body as never, signal }));
  } else {
    for (const [index, record] of SAMPLE_RECORDS.entries()) {
      await read(api.POST("/stream", { body: record as never, signal }));
      onProgress("records", index + 1);
    }
  }
  onProgress("records", SAMPLE_SIZES.records);
};

const makeOrders: Step = async ({ api }, onProgress, signal) => {
  await makeEach("orders", onProgress, async (n) => {
    const body = {
      customer: `sample-${n}`,
      lines: [{ sku: WARES[n % WARES.length], quantity: 1 + (n % 4), unit_price: 4.25 + n }],
    };
    const header = { "Idempotency-Key": `sample-order-${n}` };
    await read(api.POST("/orders", { params: { header }, body: body as never, signal }));
  });
};

/** Call `make` with 1 to the number of that kind, some at a time: each waits for the network. */
async function makeEach(
  kind: SampleKind,
  onProgress: OnProgress,
  make: (n: number) => Promise<void>,
): Promise<void> {
  let [begun, done] = [0, 0];
  const work = async () => {
    while (begun < SAMPLE_SIZES[kind]) {
      await make((begun += 1));
      onProgress(kind, (done += 1));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
}

/** Without an Authorization header: open intake takes the tenant that each record names. */
const sendLogs: Step = async ({ config, me }, onProgress, signal) => {
  const now = Date.now();
  for (let first = 1; first <= SAMPLE_SIZES.logs; first += LINES_A_REQUEST) {
    const lines = Array.from({ length: LINES_A_REQUEST }, (_, index) =>
      JSON.stringify(buildLine(first + index, me.tenant ?? "", now)),
    );
    const response = await fetch(`${import.meta.env.DEV ? "" : config.apiBase}/ingest`, {
      method: "POST",
      headers: { "Content-Type": "application/x-ndjson" },
      body: lines.join("\n"),
      signal,
    });
    if (!response.ok) throw new Error(`Log intake: status ${response.status}.`);
    onProgress("logs", first + LINES_A_REQUEST - 1);
  }
};

function buildLine(n: number, tenant: string, now: number): object {
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

const makeMessages: Step = async ({ api, config }, onProgress, signal) => {
  const startedAt = Date.now();
  const fault = config.sandboxUrl ? await breakLinkedIn(config.sandboxUrl, signal) : null;
  let isNew = true;
  await makeEach("messages", onProgress, async (n) => {
    const isScheduled = n <= 3;
    const body = {
      content: `Sample ${n}: ${HEADLINES[n % HEADLINES.length]}`,
      channels: n % 2 ? (["facebook", "linkedin"] as const) : (["email", "sms"] as const),
      ...(isScheduled && { scheduled_at: `${dayIn(n)}T09:00:00Z` }),
    };
    // A scheduled time differs by the day, and the same key with another body would be refused.
    const day = isScheduled ? `-${dayIn(0)}` : "";
    const header = { "Idempotency-Key": `sample-message-${n}${day}` };
    const request = api.POST("/api/v1/messages", {
      params: { header },
      body: body as never,
      signal,
    });
    const { data } = await read(request);
    isNew &&= Date.parse(data.created_at) >= startedAt - CLOCKS_DIFFER_MS;
  });
  if (!isNew) await fault?.undo(); // it would strike somebody's next message instead
};

/** The day so many days from now, in UTC. */
function dayIn(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
}

const WARES = ["mop", "soap", "bucket", "towel", "brush"];
const HEADLINES = [
  "our new shop opens on Monday",
  "thank you for ten thousand orders",
  "meet the team",
];
