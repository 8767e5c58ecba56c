/** A request that failed, in the API's stable shape. */
export class ApiProblem extends Error {
  override name = "ApiProblem";

  constructor(
    /** 0 when no response came. */
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId: string | null = null,
    readonly retryAfterS: number | null = null,
    /** The request as a curl command. */
    readonly curl: string | null = null,
  ) {
    super(message);
  }
}

interface ProblemBody {
  message?: string;
  code?: string;
  request_id?: string;
}

/** The problem that a response of 400 or more tells. */
export async function readProblem(response: Response, curl: string | null): Promise<ApiProblem> {
  const body = await readBody(response);
  const retryAfter = Number(response.headers.get("Retry-After"));
  return new ApiProblem(
    response.status,
    body.code ?? `http_${response.status}`,
    body.message ?? `The API responded with status ${response.status}.`,
    body.request_id ?? response.headers.get("x-amzn-RequestId"),
    Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
    curl,
  );
}

async function readBody(response: Response): Promise<ProblemBody> {
  try {
    return (await response.clone().json()) as ProblemBody;
  } catch {
    return {}; // a proxy's page: its status is all there is
  }
}

/** Whether the same request can succeed later without anybody's doing. */
export function isTemporary(error: unknown): error is ApiProblem {
  if (!(error instanceof ApiProblem) || error.code === "stopped") return false;
  return error.status === 0 || error.status === 429 || error.status >= 500;
}

/** The API's message as a sentence; what to do is said beside it. */
export function asSentence(message: string): string {
  const said = message.replace(/; try (it )?again$/, "");
  return said.charAt(0).toUpperCase() + said.slice(1) + (/[.!?…]$/.test(said) ? "" : ".");
}

/** What a person can do about a problem, in one sentence. */
export function advise(problem: ApiProblem): string {
  if (problem.code === "stopped") return "Retry when you like.";
  if (problem.status === 0) return "Check that you are online and that the system runs.";
  if (problem.status === 401) return "Sign in again.";
  if (problem.status === 403) return "Ask an operator for access.";
  if (problem.status === 404) return "It may have been deleted, or belong to somebody else.";
  if (problem.status === 409 || problem.status === 412)
    return "Load it again and look at what changed.";
  if (problem.status === 429) return "You reached a limit. Wait a moment and try again.";
  if (problem.status >= 500) return "A part of the system does not work. What was accepted is kept.";
  return "Correct what is named and try again.";
}
