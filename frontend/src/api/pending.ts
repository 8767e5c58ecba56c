import { ApiProblem } from "./problem";

/** API Gateway ends a request after 29 s: what takes longer has no response to wait for. */
const MOST_MS = 30_000;
const OFTEN_DONE = " What was sent may have been done: look before you send it again.";

interface Waiting {
  sinceMs: number;
  stop: AbortController;
}

const waiting = new Set<Waiting>();
const listeners = new Set<() => void>();

/**
 * The response, read whole, of a request that a person can stop and that does not wait for ever.
 *
 * @throws ApiProblem that says that it was stopped or took too long.
 */
export async function fetchInTime(request: Request): Promise<Response> {
  return await waitFor(async (stop) => {
    const timer = setTimeout(() => stop.abort(tookTooLong(request)), MOST_MS);
    try {
      const signal = AbortSignal.any([request.signal, stop.signal]);
      const response = await fetch(request, { signal });
      const body = await response.arrayBuffer();
      const { status, statusText, headers } = response;
      return new Response(body.byteLength ? body : null, { status, statusText, headers });
    } finally {
      clearTimeout(timer);
    }
  });
}

/** What `work` comes to; meanwhile it counts as waited for, and a stop makes it fail. */
export async function waitFor<T>(work: (stop: AbortController) => Promise<T>): Promise<T> {
  const mine = { sinceMs: Date.now(), stop: new AbortController() };
  const stopped = new Promise<never>((_, reject) => {
    mine.stop.signal.addEventListener("abort", () => reject(mine.stop.signal.reason as Error));
  });
  change(() => waiting.add(mine));
  try {
    return await Promise.race([work(mine.stop), stopped]);
  } finally {
    change(() => waiting.delete(mine));
  }
}

/** Since when the oldest request waits for its response, in ms since 1970; null while none does. */
export function waitingSince(): number | null {
  const [oldest] = waiting; // a set is in the order of its additions
  return oldest?.sinceMs ?? null;
}

/** Stop all requests that wait: each fails with a problem that says so. */
export function stopWaiting(): void {
  for (const { stop } of waiting) stop.abort(new ApiProblem(0, "stopped", "You stopped waiting."));
}

export function subscribeToWaiting(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What else to say of a request without a response: one that writes may have been carried out. */
export function describeDoubt(request: Request): string {
  return request.method === "GET" ? "" : OFTEN_DONE;
}

function tookTooLong(request: Request): ApiProblem {
  const message = `The API did not respond within ${MOST_MS / 1000} s.${describeDoubt(request)}`;
  return new ApiProblem(0, "timeout", message);
}

function change(by: () => void): void {
  by();
  for (const listener of listeners) listener();
}
