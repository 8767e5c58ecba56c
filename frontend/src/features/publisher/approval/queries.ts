import { useQueryClient } from "@tanstack/react-query";
import { read, type Schemas } from "../../../api/client";
import { useSend } from "../../../app/useSend";

export type Decision =
  | { kind: "approve"; body: Schemas["NewApproval"] }
  | { kind: "send-back"; body: Schemas["NewSendBack"] };

/**
 * Approve a message or send it back. What is decided is not the approver's to read any more, so
 * the message itself is read again only if nothing was decided: it may have changed.
 */
export function useDecision(id: string) {
  const queries = useQueryClient();
  const params = { path: { message_id: id } };
  return useSend(
    (api, decision: Decision) =>
      decision.kind === "approve"
        ? read(api.POST("/api/v1/messages/{message_id}/approve", { params, body: decision.body }))
        : read(
            api.POST("/api/v1/messages/{message_id}/send-back", { params, body: decision.body }),
          ),
    {
      onSuccess: () => queries.invalidateQueries({ queryKey: ["messages"] }),
      onError: () => queries.invalidateQueries({ queryKey: ["message", id] }),
    },
  );
}
