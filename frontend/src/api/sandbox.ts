/** The channels' sandbox of stage `local`: what it is told to do wrong. */

import { fetchInTime } from "./pending";
import { ApiProblem } from "./problem";

/** What goes wrong with the next posts: `times` of them, or all without a number. */
export type Faults = Partial<Record<FaultName, Fault>>;

type FaultName =
  | "refused"
  | "lost_response"
  | "error_500"
  | "rate_limit"
  | "expired_token"
  | "slow";

/** When it strikes: the next `times` calls, else all. */
interface Fault {
  times?: number;
  on?: "publish";
  /** Of `rate_limit`: how long to wait. */
  retry_after_s?: number;
  /** Of `slow`: by how many seconds. */
  s?: number;
}

/**
 * The faults of a channel that are set.
 *
 * @throws Error if the sandbox does not say.
 */
export async function readFaults(
  url: string,
  channel: string,
  signal?: AbortSignal,
): Promise<Faults> {
  return (await (await call(url, channel, "GET", signal)).json()) as Faults;
}

/**
 * Replace the faults of a channel; {} ends them.
 *
 * @throws Error if the sandbox does not take it.
 */
export async function setFaults(
  url: string,
  channel: string,
  faults: Faults,
  signal?: AbortSignal,
): Promise<void> {
  await call(url, channel, "PUT", signal, JSON.stringify(faults));
}

async function call(
  url: string,
  channel: string,
  method: string,
  signal?: AbortSignal,
  body?: string,
): Promise<Response> {
  const request = new Request(`${url}/control/${channel}`, {
    method,
    ...(body && { body }),
    ...(signal && { signal }),
  });
  const response = await fetchInTime(request).catch((error: unknown) => {
    throw error instanceof TypeError ? noResponse() : error; // fetch's own for no response
  });
  if (!response.ok) throw new Error(`The sandbox of the channels: status ${response.status}.`);
  return response;
}

function noResponse(): ApiProblem {
  return new ApiProblem(0, "no_response", "The sandbox of the channels did not respond.");
}
