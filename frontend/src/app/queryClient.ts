import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../api/problem";
import type { Session } from "../auth/session";

const MOST_RETRIES = 2;

/** Queries that stop when the session ends, and try again only what can succeed. */
export function createQueryClient(session: Session): QueryClient {
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures < MOST_RETRIES && isWorthARetry(error),
        retryDelay: (failures, error) => delayMs(failures, error),
        refetchOnWindowFocus: false,
      },
      mutations: { retry: false },
    },
  });
  session.subscribe(() => {
    if (session.getState().status === "ended") void queries.cancelQueries();
  });
  return queries;
}

function isWorthARetry(error: Error): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status >= 500);
}

function delayMs(failures: number, error: Error): number {
  const asked = error instanceof ApiProblem ? error.retryAfterS : null;
  return asked ? asked * 1000 : 500 * 2 ** failures;
}
