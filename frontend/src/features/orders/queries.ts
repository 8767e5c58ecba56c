import { useQueryClient } from "@tanstack/react-query";
import { read } from "../../api/client";
import { useConsole } from "../../app/context";
import { usePoll } from "../../app/usePoll";
import { useSend } from "../../app/useSend";
import { usePages } from "../../ui/usePages";
import { buildQuery, pollMs, type Order, type OrderFilter } from "./model";

const PAGE = 50;
const LAG_MS = 5000;

/** Orders by time, newest first, for operators. */
export function useOrders(filter: OrderFilter, enabled: boolean) {
  const { api } = useConsole();
  return usePages({
    key: ["orders", filter],
    enabled,
    read: (cursor, signal) =>
      read(
        api.GET("/orders", {
          params: {
            query: { limit: PAGE, cursor, ...buildQuery(filter) },
          },
          signal,
        }),
      ),
    cursorOf: (page) => page.next_cursor,
  });
}

/** One order, read again until it is done. */
export function useOrder(orderId: string) {
  const { api } = useConsole();
  return usePoll({
    key: ["order", orderId],
    enabled: orderId !== "",
    read: (signal) =>
      read(api.GET("/orders/{orderID}", { params: { path: { orderID: orderId } }, signal })),
    everyMs: (reply) => pollMs(reply?.data, new Date()),
  });
}

/** Place an order; the same key again gets the same order. */
export function usePlaceOrder() {
  const queries = useQueryClient();
  return useSend(
    (api, { order, key }: { order: object; key: string }) =>
      read(
        api.POST("/orders", {
          params: { header: { "Idempotency-Key": key } },
          body: order as never, // of any names: the API stores what it is given
        }),
      ),
    { onSuccess: () => queries.invalidateQueries({ queryKey: ["orders"] }) },
  );
}

/** How far the stream that announces orders is behind, ms; null where it is not known. */
export function useStreamLag(enabled: boolean): number | null {
  const { api, me } = useConsole();
  const pipeline = usePoll({
    key: ["pipeline"],
    enabled: enabled && me.may.includes("pipeline.read"),
    read: (signal) => read(api.GET("/api/v1/pipeline", { signal })),
    everyMs: LAG_MS,
  });
  const streams = pipeline.data?.data.streams ?? [];
  return streams.find(({ name }) => name === "orders")?.lag_ms ?? null;
}

/** Give the order's message back to its queue, from the dead letters. */
export function useRedriveOrder(order: Order) {
  const queries = useQueryClient();
  return useSend(
    (api, messageId: string) =>
      read(
        api.POST("/api/v1/dead-letters/{queue}/redrive", {
          params: { path: { queue: "orders" } },
          body: { ids: [messageId] },
        }),
      ),
    { onSuccess: () => queries.invalidateQueries({ queryKey: ["order", order.orderID] }) },
  );
}
