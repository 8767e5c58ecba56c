import createClient, { type Client, type Middleware } from "openapi-fetch";
import type { Session } from "../auth/session";
import { apiBase, type Config } from "../config";
import { describeAsCurl } from "./curl";
import { keepFailure } from "./failures";
import { formatJson, LosslessResponse } from "./json";
import { describeDoubt, fetchInTime } from "./pending";
import { ApiProblem, readProblem } from "./problem";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Api = Client<paths>;

/** What is known of a request that succeeded, beside its data. */
export interface Receipt {
  requestId: string | null;
  tookMs: number;
  at: Date;
  etag: string | null;
  nextCursor: string | null;
  curl: string;
}

export interface Reply<T> extends Receipt {
  data: T;
}

const receipts = new WeakMap<Response, Receipt>();

/** The API of this stage: requests carry the session's token, and failures throw ApiProblem. */
export function createApi(config: Config, session: Session): Api {
  const client = createUnsigned(config);
  client.use(authorize(session), keepReceipts(config, session));
  return client;
}

function createUnsigned(config: Config): Api {
  return createClient<paths>({
    baseUrl: apiBase(config),
    fetch: fetchInTime,
    // `attr` is an object whose names are parameters of their own: attr.<key>=<value>.
    querySerializer: { object: { style: "form", explode: true } },
    bodySerializer: (body) => (typeof body === "string" ? body : formatJson(body, 0)),
  });
}

/** A request that was built and is not sent. */
class Unsent extends Error {
  constructor(readonly request: Request) {
    super("not sent");
  }
}

/**
 * The curl command of the first request that `send` makes of the client that it is given. The
 * client builds it as the one that sends does; nothing is sent.
 */
export async function describeUnsent(
  config: Config,
  send: (api: Api) => Promise<unknown>,
): Promise<string> {
  const client = createUnsigned(config);
  client.use({
    onRequest({ request }) {
      const hasToken = isSigned(request) && !request.headers.has("authorization");
      if (hasToken) request.headers.set("Authorization", "");
      throw new Unsent(request);
    },
  });
  try {
    await send(client);
  } catch (error) {
    if (error instanceof Unsent) return await describeAsCurl(error.request, config.stage);
    throw error;
  }
  throw new Error("It makes no request.");
}

/**
 * The data of a request and its receipt.
 *
 * @throws ApiProblem
 */
export async function read<T>(
  request: Promise<{ data?: T; response: Response }>,
): Promise<Reply<T>> {
  const { data, response } = await request;
  const receipt = receipts.get(response);
  if (!receipt) throw new Error("The response did not come from this client.");
  return { ...receipt, data: data as T };
}

/** Whether a request carries who is signed in: `credentials: "omit"` says that it does not. */
function isSigned(request: Request): boolean {
  return request.credentials !== "omit";
}

function authorize(session: Session): Middleware {
  return {
    async onRequest({ request }) {
      if (!isSigned(request) || request.headers.has("authorization")) return undefined;
      if (session.getState().status === "ended") throw endedSession();
      const token = await session.token().catch((error: unknown) => {
        throw session.getState().status === "ended" ? endedSession() : notRenewed(error);
      });
      if (token) request.headers.set("Authorization", token);
      return request;
    },
  };
}

function keepReceipts(config: Config, session: Session): Middleware {
  const sent = new Map<string, { startedMs: number; curl: string }>();
  const take = (id: string) => {
    const known = sent.get(id) ?? { startedMs: performance.now(), curl: "" };
    sent.delete(id);
    return known;
  };
  return {
    async onRequest({ request, id }) {
      sent.set(id, {
        startedMs: performance.now(),
        curl: await describeAsCurl(request, config.stage),
      });
    },
    onError({ error, id, request }) {
      const { curl } = take(id);
      if (error instanceof DOMException && error.name === "AbortError") return error;
      return noResponse(curl, error instanceof ApiProblem ? error : describeNone(request));
    },
    async onResponse({ request, response, schemaPath, id }) {
      const { startedMs, curl } = take(id);
      if (response.status === 401 && isSigned(request)) session.end();
      if (!response.ok) {
        const problem = await readProblem(response, curl);
        const { status, code, requestId } = problem;
        const at = new Date().toISOString();
        keepFailure({ at, method: request.method, route: schemaPath, status, code, requestId });
        throw problem;
      }
      const text = response.status === 204 ? null : await response.text();
      const kept = new LosslessResponse(text, {
        status: response.status,
        headers: withLength(response.headers, text),
      });
      receipts.set(kept, {
        requestId: response.headers.get("x-amzn-RequestId"),
        tookMs: performance.now() - startedMs,
        at: new Date(),
        etag: response.headers.get("ETag"),
        nextCursor: response.headers.get("X-Next-Cursor"),
        curl,
      });
      return kept;
    },
  };
}

/** openapi-fetch calls `json()` only where it knows that there is a body. */
function withLength(headers: Headers, text: string | null): Headers {
  const known = new Headers(headers);
  if (text) known.set("Content-Length", String(text.length));
  return known;
}

function endedSession(): ApiProblem {
  return new ApiProblem(401, "session_ended", "Your session has ended.");
}

function notRenewed(error: unknown): ApiProblem {
  const why = error instanceof Error ? error.message : String(error);
  return new ApiProblem(0, "not_renewed", `The sign-in service did not respond (${why}).`);
}

function describeNone(request: Request): ApiProblem {
  return new ApiProblem(0, "no_response", `The API did not respond.${describeDoubt(request)}`);
}

function noResponse(curl: string, { code, message }: ApiProblem): ApiProblem {
  return new ApiProblem(0, code, message, null, null, curl);
}
