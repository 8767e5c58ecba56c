import { useQueryClient } from "@tanstack/react-query";
import { read, type Schemas } from "../../api/client";
import { addNotice } from "../../app/notices";
import { useSend } from "../../app/useSend";
import { InternalLink } from "../../ui/InternalLink";
import type { Message } from "./model";

interface Move {
  message: Message;
  to: Schemas["NewMessageTime"];
}

/** Gives a message another time, and says so. */
export function useMove() {
  const queries = useQueryClient();
  return useSend(
    (api, { message: { id }, to }: Move) => {
      const params = { path: { message_id: id } };
      return read(api.POST("/api/v1/messages/{message_id}/reschedule", { params, body: to }));
    },
    {
      onSuccess: ({ curl }, { message: { id }, to }) =>
        addNotice({
          type: "success",
          content: (
            <>
              <InternalLink to={`/console/publisher/${id}`}>The message</InternalLink> is moved to{" "}
              {to.scheduled_at.replace("T", " ")}.
            </>
          ),
          curl,
        }),
      onSettled: (_, __, { message: { id } }) =>
        Promise.all([
          queries.invalidateQueries({ queryKey: ["message", id] }),
          queries.invalidateQueries({ queryKey: ["messages"] }),
        ]),
    },
  );
}
