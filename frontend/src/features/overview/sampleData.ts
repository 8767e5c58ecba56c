import { read, type Schemas } from "../../api/client";
import { SAMPLE_RECORDS } from "../../api/sampleRecords";
import type { Console } from "../../app/context";
import { breakLinkedIn } from "./sampleFault";
import * as samples from "./samples";

export type SampleKind = "records" | "orders" | "logs" | "messages";

export const SAMPLE_SIZES: Record<SampleKind, number> = {
  records: SAMPLE_RECORDS.length,
  orders: 20,
  logs: 5000,
  messages: 12,
};
const LINES_A_REQUEST = 500;
const AT_A_TIME = 4;
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
    sendLogs,
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
    for (let n = 1; n <= SAMPLE_SIZES.records; n += 1) {
      await samples.addRecord(api, n, signal);
      onProgress("records", n);
    }
  }
  onProgress("records", SAMPLE_SIZES.records);
};

const makeOrders: Step = async ({ api }, onProgress, signal) => {
  await makeEach("orders", onProgress, (n) => samples.placeOrder(api, n, signal));
};

/** Call `make` with 1 to the number of that kind, some at a time: each waits for the network. */
async function makeEach(
  kind: SampleKind,
  onProgress: OnProgress,
  make: (n: number) => Promise<unknown>,
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

const sendLogs: Step = async ({ api, config: { stage }, me }, onProgress, signal) => {
  if (!samples.maySendLines(me, stage)) return;
  const { tenant } = me;
  const now = Date.now();
  await samples.withKey(api, tenant, stage, async (key) => {
    for (let from = 1; from <= SAMPLE_SIZES.logs; from += LINES_A_REQUEST) {
      await samples.sendLines(api, { tenant, from, count: LINES_A_REQUEST, now, key }, signal);
      onProgress("logs", from + LINES_A_REQUEST - 1);
    }
  });
};

const makeMessages: Step = async ({ api, config }, onProgress, signal) => {
  const startedAt = Date.now();
  const fault = config.sandboxUrl ? await breakLinkedIn(config.sandboxUrl, signal) : null;
  const isNew = ({ created_at: at }: Schemas["OutboundMessage"]) =>
    Date.parse(at) >= startedAt - CLOCKS_DIFFER_MS;
  let isStruck = false;
  await makeEach("messages", onProgress, async (n) => {
    const { data } = await samples.publish(api, n, signal);
    isStruck ||= isNew(data) && !samples.isScheduled(n) && data.channels.some(goesToLinkedIn);
  });
  if (!isStruck) await fault?.undo(); // it would strike somebody's next message instead
};

function goesToLinkedIn({ channel }: Schemas["MessageDelivery"]): boolean {
  return channel === "linkedin";
}
