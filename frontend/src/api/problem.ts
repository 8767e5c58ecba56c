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

/** What a person can do about a problem, in one sentence. */
export function advise(problem: ApiProblem): string {
  if (problem.status === 0) return "Check that you are online and that the system runs.";
  if (problem.status === 401) return "Sign in again.";
  if (problem.status === 403) return "Ask an operator for access.";
  if (problem.status === 404) return "It may have been deleted, or belong to somebody else.";
  if (problem.status === 409 || problem.status === 412)
    return "Load it again and look at what changed.";
  if (problem.status === 429) return "You reached a limit. Wait a moment and try again.";
  if (problem.status >= 500) return "Try again; nothing that was accepted is lost.";
  return "Correct what is named and try again.";
}
