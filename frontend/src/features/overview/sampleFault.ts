import { readFaults, setFaults } from "../../api/sandbox";

const CHANNEL = "linkedin";

/** A fault of the sandbox that was set. */
export interface Fault {
  undo: () => Promise<void>;
}

/**
 * Have the sandbox refuse the next post to LinkedIn, so that one message is there to be retried.
 *
 * @returns null where somebody set faults of LinkedIn already: they stay.
 * @throws Error if the sandbox does not take it.
 */
export async function breakLinkedIn(
  sandboxUrl: string,
  signal: AbortSignal,
): Promise<Fault | null> {
  const present = await readFaults(sandboxUrl, CHANNEL, signal);
  if (Object.keys(present).length) return null;
  await setFaults(sandboxUrl, CHANNEL, { refused: { times: 1, on: "publish" } }, signal);
  return { undo: () => setFaults(sandboxUrl, CHANNEL, {}, signal) };
}
