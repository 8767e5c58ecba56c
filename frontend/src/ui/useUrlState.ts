import { useCallback } from "react";
import { useSearchParams } from "react-router";

export type UrlState = Record<string, string>;

/**
 * The parameters of the page's address, which hold its whole state. `typing` replaces the entry of
 * the history; any other change can be taken back by the browser's Back. An empty text removes one.
 */
export function useUrlState(): [
  UrlState,
  (change: Record<string, string | null>, options?: { typing?: boolean }) => void,
] {
  const [params, setParams] = useSearchParams();
  const change = useCallback(
    (wanted: Record<string, string | null>, { typing = false } = {}) => {
      setParams(
        () => {
          // Not what was rendered last: another change may be under way.
          const next = new URLSearchParams(window.location.search);
          for (const [name, value] of Object.entries(wanted)) {
            if (value) next.set(name, value);
            else next.delete(name);
          }
          return next;
        },
        { replace: typing },
      );
    },
    [setParams],
  );
  return [Object.fromEntries(params), change];
}
