import { isTemporary } from "../api/problem";

const MOST_RETRIES = 5;

/**
 * What `send` comes to, sent again while a part of the system is away or busy: one part of many must
 * not undo the others. It must be a request that may be sent twice, as a reading is.
 *
 * @throws the last problem, or an AbortError once `signal` stops it.
 */
export async function insist<T>(send: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      if (!isTemporary(error) || attempt > MOST_RETRIES) throw error;
      await wait((error.retryAfterS ?? 1) * 1000, signal);
    }
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("stopped", "AbortError"));
    });
  });
}
