import { useQuery } from "@tanstack/react-query";
import { read } from "../api/client";
import { useConsole } from "./context";

const FRESH_MS = 60_000;

/**
 * How many dead letters there are, as the overview has it: read once, and kept new by the overview's
 * own polling while that page is shown. 0 for who may not see them.
 */
export function useDeadLetterCount(): number {
  const { api, me } = useConsole();
  const overview = useQuery({
    queryKey: ["overview", "1h"],
    enabled: me.may.includes("dead_letters.read"),
    staleTime: FRESH_MS,
    queryFn: ({ signal }) =>
      read(api.GET("/api/v1/overview", { params: { query: { range: "1h" } }, signal })),
  });
  const items = overview.data?.data.attention ?? [];
  return items
    .filter(({ kind }) => kind === "dead_letters")
    .reduce((sum, { count }) => sum + (count ?? 0), 0);
}
