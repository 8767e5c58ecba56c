/** Gives the session of a signed-in tab to a new tab of the same origin. */

const CHANNEL = "omnidata-session";
const WAIT_MS = 150;

let offering: BroadcastChannel | null = null;

/** Give what `read` returns to each tab that asks, until this tab is closed. */
export function offerSession(read: () => string | null): void {
  offering?.close();
  offering = new BroadcastChannel(CHANNEL);
  offering.onmessage = (event: MessageEvent) => {
    const session = event.data === "wanted" ? read() : null;
    if (session) offering?.postMessage({ session });
  };
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
