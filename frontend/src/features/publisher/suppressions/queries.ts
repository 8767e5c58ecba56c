import { useQueryClient } from "@tanstack/react-query";
import { read, type Schemas, type Api } from "../../../api/client";
import { useConsole } from "../../../app/context";
import { useSend } from "../../../app/useSend";
import { usePages } from "../../../ui/usePages";

export type Suppression = Schemas["Suppression"];

const KEY = "suppressions";

/** The stage's list, newest first; with an address that one alone. */
export function useSuppressions(address: string) {
  const { api } = useConsole();
  return usePages({
    key: [KEY, address],
    read: (cursor, signal) => {
      const query = address ? { address } : { cursor };
      return read(api.GET("/api/v1/suppressions", { params: { query }, signal }));
    },
    cursorOf: (page) => page.next_cursor,
  });
}

export function useAddSuppression() {
  return useChange((api, body: Schemas["NewSuppression"]) =>
    read(api.POST("/api/v1/suppressions", { body })),
  );
}

export function useRemoveSuppression() {
  return useChange((api, address: string) =>
    read(api.DELETE("/api/v1/suppressions/{address}", { params: { path: { address } } })),
  );
}

/** A change, after which the list is read again. */
function useChange<Given, Result>(change: (api: Api, given: Given) => Promise<Result>) {
  const queries = useQueryClient();
  return useSend(change, {
    onSettled: () => queries.invalidateQueries({ queryKey: [KEY] }),
  });
}
