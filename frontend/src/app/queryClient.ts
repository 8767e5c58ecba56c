import { QueryCache, QueryClient } from "@tanstack/react-query";
import { isTemporary } from "../api/problem";
import type { Session } from "../auth/session";

const RETRY_MS = 500;
/** A query that goes on failing is sent after pauses that grow with the time it fails. */
const LEAST_PAUSE_MS = 2000;
const MOST_PAUSE_MS = 10_000;

export interface Failing {
  state: { error: Error | null };
}

const failingSinceMs = new WeakMap<object, number>();
const sentAgain = new WeakSet<Error>();

/** Queries that stop when the session ends, and that try again by themselves what can succeed. */
export function createQueryClient(session: Session): QueryClient {
  const isSignedIn = () => session.getState().status === "signed-in";
  const queries = new QueryClient({
    queryCache: keepErrors(),
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures === 0 && isBlip(error),
        retryDelay: RETRY_MS,
        refetchOnWindowFocus: false,
        refetchOnReconnect: true,
        networkMode: "always", // that one is offline is said, not waited for
        refetchInterval: (query) => isSignedIn() && pauseMs(query),
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
  session.subscribe(() => {
    if (!isSignedIn()) void queries.cancelQueries();
  });
  return queries;
}

/** How long to wait before a query that failed is sent again; false if that could not help. */
export function pauseMs(query: Failing): number | false {
  const { error } = query.state;
  if (!isTemporary(error)) return false;
  const failsForMs = Date.now() - (failingSinceMs.get(query) ?? Date.now());
  const growingMs = Math.min(Math.max(failsForMs / 2, LEAST_PAUSE_MS), MOST_PAUSE_MS);
  return Math.max(growingMs, (error.retryAfterS ?? 0) * 1000);
}

/** Whether what failed so is sent again without anybody's doing. */
export function isSentAgain(error: unknown): boolean {
  return error instanceof Error && sentAgain.has(error);
}

/**
 * A cache that notes since when a query fails. One without data also keeps its error while it is
 * sent again: else the page would turn from the error to nothing and back.
 */
function keepErrors(): QueryCache {
  const cache = new QueryCache();
  const errors = new WeakMap<object, Error>();
  cache.subscribe((event) => {
    if (event.type !== "updated") return;
    const { query, action } = event;
    if (action.type === "error") {
      errors.set(query, action.error);
      if (isTemporary(action.error)) sentAgain.add(action.error);
      if (!failingSinceMs.has(query)) failingSinceMs.set(query, Date.now());
    } else if (action.type === "success") {
      errors.delete(query);
      failingSinceMs.delete(query);
    } else if (action.type === "fetch" && query.state.data === undefined) {
      const error = errors.get(query);
      if (error) query.setState({ error, status: "error" });
    }
  });
  return cache;
}

function isBlip(error: Error): boolean {
  return isTemporary(error) && error.code !== "timeout" && !error.retryAfterS;
}
