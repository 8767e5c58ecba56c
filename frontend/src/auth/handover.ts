/** Gives the session of a signed-in tab to a new tab of the same origin, and ends it for all. */

const CHANNEL = "omnidata-session";
const WAIT_MS = 150;

let offering: BroadcastChannel | null = null;

/** Give what `read` returns to each tab that asks; `onSignedOut` is called when another signs out. */
export function offerSession(read: () => string | null, onSignedOut: () => void): void {
  offering?.close();
  offering = new BroadcastChannel(CHANNEL);
  offering.onmessage = (event: MessageEvent) => {
    if (event.data === "signed-out") return onSignedOut();
    const session = event.data === "wanted" ? read() : null;
    if (session) offering?.postMessage({ session });
  };
}

/** Tell all other tabs that the person signed out; this one offers nothing any more. */
export function endForAllTabs(): void {
  offering?.postMessage("signed-out");
  offering?.close();
  offering = null;
}

/** The session of another tab; null if none has one. */
export function requestSession(): Promise<string | null> {
  return new Promise((resolve) => {
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
