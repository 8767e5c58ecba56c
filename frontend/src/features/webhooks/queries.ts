import { useQueryClient } from "@tanstack/react-query";
import { read, type Api } from "../../api/client";
import { useConsole } from "../../app/context";
import { useSend } from "../../app/useSend";
import { usePoll } from "../../app/usePoll";
import { usePages } from "../../ui/usePages";
import type { NewWebhook, Webhook } from "./model";

const DELIVERIES_EVERY_MS = 5000;

/** All that the caller may see; there are never so many that they come in pages. */
export function useWebhooks() {
  const { api } = useConsole();
  return usePages({
    key: ["webhooks"],
    read: (_, signal) => read(api.GET("/api/v1/webhooks", { signal })),
    cursorOf: () => null,
  });
}

export function useDeliveries(webhookId: string) {
  const { api } = useConsole();
  return usePoll({
    key: ["webhook", webhookId, "deliveries"],
    everyMs: DELIVERIES_EVERY_MS,
    read: (signal) =>
      read(
        api.GET("/api/v1/webhooks/{webhook_id}/deliveries", {
          params: { path: { webhook_id: webhookId } },
          signal,
        }),
      ),
  });
}

export function useCreateWebhook() {
  return useChange((api, body: NewWebhook) => read(api.POST("/api/v1/webhooks", { body })));
}

export function usePauseWebhook() {
  return useChange((api, webhook: Webhook) =>
    read(
      api.PATCH("/api/v1/webhooks/{webhook_id}", {
        params: matching(webhook),
        body: { paused: webhook.state === "active" },
      }),
    ),
  );
}

export function useRotateSecret() {
  return useChange((api, webhook: Webhook) =>
    read(api.POST("/api/v1/webhooks/{webhook_id}/rotate", { params: matching(webhook) })),
  );
}

export function useDeleteWebhook() {
  return useChange((api, webhook: Webhook) =>
    read(api.DELETE("/api/v1/webhooks/{webhook_id}", { params: matching(webhook) })),
  );
}

/** Send a test event; nothing is counted, so nothing is read again. */
export function useTestWebhook() {
  return useSend((api, { id }: Webhook) =>
    read(api.POST("/api/v1/webhooks/{webhook_id}/test", { params: { path: { webhook_id: id } } })),
  );
}

/** Only the revision that was shown is changed. */
function matching({ id, rev }: Webhook) {
  return { path: { webhook_id: id }, header: { "If-Match": `"${rev}"` } };
}

/** A change, after which the list is read again: also where it failed, as by another revision. */
function useChange<Given, Result>(change: (api: Api, given: Given) => Promise<Result>) {
  const queries = useQueryClient();
  return useSend(change, {
    onSettled: () => queries.invalidateQueries({ queryKey: ["webhooks"] }),
  });
}
