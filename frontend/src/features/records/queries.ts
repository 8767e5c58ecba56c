import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { read } from "../../api/client";
import { parseJson } from "../../api/json";
import { useConsole } from "../../app/context";
import { useSend } from "../../app/useSend";
import { usePages } from "../../ui/usePages";
import { buildPatch } from "./patch";

const PAGE = 50;

/** All records, for operators. */
export function useRecords(prefix: string, enabled: boolean) {
  const { api } = useConsole();
  return usePages({
    key: ["records", prefix],
    enabled,
    read: (cursor, signal) =>
      read(
        api.GET("/api/v1/records", {
          params: { query: { limit: PAGE, cursor, ...(prefix && { prefix }) } },
          signal,
        }),
      ),
    cursorOf: (page) => page.next_cursor,
  });
}

export function useRecord(userId: string) {
  const { api } = useConsole();
  return useQuery({
    queryKey: ["record", userId],
    queryFn: ({ signal }) =>
      read(api.GET("/api/v1/records/{user_id}", { params: { path: { user_id: userId } }, signal })),
  });
}

/** Find a record as its clients do: it counts as a search and needs the API key. */
export function useSearch() {
  const { api } = useConsole();
  return useMutation({
    mutationFn: ({ userId, apiKey }: { userId: string; apiKey: string }) =>
      read(
        api.GET("/get-user", {
          params: { query: { user_id: userId } },
          headers: { "X-Api-Key": apiKey },
        }),
      ),
  });
}

export function useAddRecord() {
  const queries = useQueryClient();
  return useSend(
    (api, { userId, text }: { userId: string; text: string }) => {
      const body = { ...(parseJson(text) as object), user_id: userId };
      // Attributes of any names: TypeScript cannot say so of all but one.
      return read(api.POST("/stream", { body: body as never }));
    },
    { onSuccess: () => queries.invalidateQueries({ queryKey: ["records"] }) },
  );
}

/** Change what differs from `before`; the whole content where a patch cannot say it. */
export function useChangeRecord(userId: string, before: string) {
  const queries = useQueryClient();
  return useSend(
    (api, { text, etag }: { text: string; etag: string | null }) => {
      const params = { path: { user_id: userId }, header: etag ? { "If-Match": etag } : {} };
      const patch = buildPatch(before, text);
      return read(
        patch
          ? api.PATCH("/api/v1/records/{user_id}", {
              params,
              headers: { "Content-Type": "application/merge-patch+json" },
              body: patch as never,
            })
          : api.PUT("/api/v1/records/{user_id}", { params, body: parseJson(text) as never }),
      );
    },
    { onSuccess: () => queries.invalidateQueries({ queryKey: ["record", userId] }) },
  );
}

export function useDeleteRecord(userId: string) {
  const queries = useQueryClient();
  return useSend(
    (api, etag: string | null) =>
      read(
        api.DELETE("/api/v1/records/{user_id}", {
          params: { path: { user_id: userId }, header: etag ? { "If-Match": etag } : {} },
        }),
      ),
    { onSuccess: () => queries.invalidateQueries({ queryKey: ["records"] }) },
  );
}
