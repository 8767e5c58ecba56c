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
  const url = `${sandboxUrl}/control/linkedin`;
  const present = await call(url, { signal });
  if (Object.keys((await present.json()) as object).length) return null;
  const faults = { refused: { times: 1, on: "publish" } };
  await call(url, { method: "PUT", body: JSON.stringify(faults), signal });
  return { undo: async () => void (await call(url, { method: "DELETE", signal })) };
}

async function call(url: string, options: RequestInit): Promise<Response> {
  const response = await fetch(url, options);
  if (!response.ok) throw new Error(`The sandbox of the channels: status ${response.status}.`);
  return response;
}
