import { useSyncExternalStore } from "react";

/** A request of this tab that the API refused or failed. */
export interface FailedRequest {
  at: string;
  method: string;
  /** As a pattern, such as `/api/v1/records/{user_id}`. */
  route: string;
  status: number;
  code: string;
  requestId: string | null;
}

const KEY = "omnidata:failed-requests";
const KEPT = 20;
const listeners = new Set<() => void>();
let kept: readonly FailedRequest[] | null = null;

/** The failed requests of this tab, the newest first; a reload keeps them. */
export function listFailures(): readonly FailedRequest[] {
  kept ??= readKept();
  return kept;
}

/** Keep one, and forget the oldest of many. */
export function keepFailure(failed: FailedRequest): void {
  kept = [failed, ...listFailures()].slice(0, KEPT);
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // No room or no storage: they last until the page is loaded again.
  }
  listeners.forEach((listener) => listener());
}

/** As `listFailures`, for a component. */
export function useFailures(): readonly FailedRequest[] {
  return useSyncExternalStore(subscribe, listFailures);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function readKept(): readonly FailedRequest[] {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "[]") as FailedRequest[];
  } catch {
    return [];
  }
}
