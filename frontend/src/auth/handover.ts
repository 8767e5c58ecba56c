/** Gives the session of a signed-in tab to a new tab of the same origin, and ends it for all. */

const CHANNEL = "omnidata-session";
/** Held by each tab that has a session, so that a first tab need not wait for another. */
const LOCK = "omnidata-session";
const WAIT_MS = 3000;

let offering: BroadcastChannel | null = null;
let releaseLock: (() => void) | null = null;

/** Give what `read` returns to each tab that asks; `onSignedOut` is called when another signs out. */
export function offerSession(read: () => string | null, onSignedOut: () => void): void {
  withdrawSession();
  offering = new BroadcastChannel(CHANNEL);
  offering.onmessage = (event: MessageEvent) => {
    if (event.data === "signed-out") {
      withdrawSession();
      onSignedOut();
      return;
    }
    const session = event.data === "wanted" ? read() : null;
    if (session) offering?.postMessage({ session });
  };
  void navigator.locks.request(LOCK, { mode: "shared" }, () => {
    return new Promise<void>((resolve) => (releaseLock = resolve));
  });
}

/** Tell all other tabs that the person signed out; this one offers nothing any more. */
export function endForAllTabs(): void {
  offering?.postMessage("signed-out");
  withdrawSession();
}

/** The session of another tab; null if none has one. */
export async function requestSession(): Promise<string | null> {
  const { held } = await navigator.locks.query();
  if (!held?.some(({ name }) => name === LOCK)) return null;
  return await new Promise((resolve) => {
    const channel = new BroadcastChannel(CHANNEL);
    const finish = (session: string | null) => {
      channel.close();
      resolve(session);
    };
    const timer = setTimeout(() => finish(null), WAIT_MS);
    channel.onmessage = (event: MessageEvent) => {
      const session = (event.data as { session?: string }).session;
      if (!session) return;
      clearTimeout(timer);
      finish(session);
    };
    channel.postMessage("wanted");
  });
}

/** Offer nothing any more. */
export function withdrawSession(): void {
  offering?.close();
  offering = null;
  releaseLock?.();
  releaseLock = null;
}
