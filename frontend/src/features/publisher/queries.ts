import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { read, type Reply, type Schemas } from "../../api/client";
import { ApiProblem } from "../../api/problem";
import { useConsole } from "../../app/context";
import { usePoll } from "../../app/usePoll";
import { useSend } from "../../app/useSend";
import { usePages } from "../../ui/usePages";
import { useSettled } from "../../ui/useSettled";
import { buildChange } from "./editing";
import { isFinal, type Channel, type Message, type MessageStatus } from "./model";

const PAGE = 50;
const CHECK_AFTER_MS = 400; // since the last letter
const WAITING_MS = 5000; // for another person
const URL_LIVES_MS = 45 * 60_000; // of the hour that an image's address is good for

export interface MessageFilter {
  status: MessageStatus | "";
  channel: Channel | "";
  from?: string;
  to?: string;
}

/** Own messages, newest first; a range is the calendar's, which asks again every `everyMs`. */
export function useMessages(filter: MessageFilter, everyMs?: number) {
  const { api } = useConsole();
  return usePages({
    key: ["messages", filter],
    ...(everyMs && { everyMs }),
    read: (cursor, signal) =>
      read(
        api.GET("/api/v1/messages", {
          params: {
            query: {
              limit: PAGE,
              cursor,
              ...(filter.status && { status: filter.status }),
              ...(filter.channel && { channel: filter.channel }),
              ...(filter.from && { from: filter.from }),
              ...(filter.to && { to: filter.to }),
            },
          },
          signal,
        }),
      ),
    cursorOf: (page) => page.next_cursor,
  });
}

/** One message, read again until nothing more happens to it. */
export function useMessage(id: string) {
  const { api } = useConsole();
  return usePoll({
    key: ["message", id],
    enabled: id !== "",
    read: (signal) =>
      read(
        api.GET("/api/v1/messages/{message_id}", { params: { path: { message_id: id } }, signal }),
      ),
    everyMs: (reply) => {
      if (reply && isFinal(reply.data)) return false;
      return reply?.data.status === "waiting" ? WAITING_MS : 1000;
    },
  });
}

export function useChannels() {
  const { api } = useConsole();
  return useQuery({
    queryKey: ["channels"],
    queryFn: ({ signal }) => read(api.GET("/api/v1/channels", { signal })),
  });
}

/** What the server has to say of a message that is being written, once it rests. */
export interface Check {
  channels: Schemas["ChannelCheck"][];
  isChecking: boolean;
  error: Error | null;
  /** Whether it is not known to be refused, as for a recipient that is no address. */
  isGood: boolean;
}

/** The server's own check of a message, which writes nothing; null while there is none. */
export function useCheck(written: Schemas["NewMessage"] | null): Check {
  const check = useValidation(useSettled(written, CHECK_AFTER_MS));
  const result = check.data?.data;
  const isRefused = check.error instanceof ApiProblem && check.error.status === 400;
  return {
    channels: result?.channels ?? [],
    isChecking: check.isFetching,
    error: check.error,
    isGood: result?.ok !== false && !isRefused,
  };
}

function useValidation(message: Schemas["NewMessage"] | null) {
  const { api } = useConsole();
  const body = message ?? { content: "", channels: [] };
  return useQuery({
    queryKey: ["validation", message],
    enabled: message !== null,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => read(api.POST("/api/v1/messages/validate", { body, signal })),
  });
}

interface Written {
  message: Schemas["NewMessage"];
  asDraft: boolean;
  key: string;
}

/** Make a message, or change the one that is `edited` unless somebody else did meanwhile. */
export function useSaveMessage(edited: Message | null) {
  const queries = useQueryClient();
  return useSend(
    (api, { message, asDraft, key }: Written) =>
      edited
        ? read(
            api.PATCH("/api/v1/messages/{message_id}", {
              params: {
                path: { message_id: edited.id },
                header: { "If-Match": `"${edited.rev}"` },
              },
              body: buildChange(message, edited, asDraft),
            }),
          )
        : read(
            api.POST("/api/v1/messages", {
              params: { header: { "Idempotency-Key": key } },
              body: asDraft ? { ...message, draft: true } : message,
            }),
          ),
    {
      onSuccess: () =>
        Promise.all([
          queries.invalidateQueries({ queryKey: ["messages"] }),
          ...(edited ? [queries.invalidateQueries({ queryKey: ["message", edited.id] })] : []),
        ]),
    },
  );
}

export type MessageAction =
  { kind: "cancel" | "retry" } | { kind: "resolve"; resolution: Schemas["DeliveryResolution"] };

export function useMessageAction(id: string) {
  const queries = useQueryClient();
  const params = { path: { message_id: id } };
  return useSend(
    (api, action: MessageAction): Promise<Reply<Message>> => {
      switch (action.kind) {
        case "cancel":
          return read(api.POST("/api/v1/messages/{message_id}/cancel", { params }));
        case "retry":
          return read(api.POST("/api/v1/messages/{message_id}/retry", { params }));
        case "resolve":
          return read(
            api.POST("/api/v1/messages/{message_id}/resolve", { params, body: action.resolution }),
          );
      }
    },
    {
      onSettled: () =>
        Promise.all([
          queries.invalidateQueries({ queryKey: ["message", id] }),
          queries.invalidateQueries({ queryKey: ["messages"] }),
        ]),
    },
  );
}

export type BulkAction =
  { kind: "cancel" | "retry" } | { kind: "reschedule"; to: Schemas["NewMessageTime"] };

/** Cancel, retry or move one message of several. */
export function useBulkAction() {
  const { api } = useConsole();
  const queries = useQueryClient();
  const act = (action: BulkAction, id: string, signal: AbortSignal) => {
    const init = { params: { path: { message_id: id } }, signal };
    switch (action.kind) {
      case "cancel":
        return read(api.POST("/api/v1/messages/{message_id}/cancel", init));
      case "retry":
        return read(api.POST("/api/v1/messages/{message_id}/retry", init));
      case "reschedule":
        return read(
          api.POST("/api/v1/messages/{message_id}/reschedule", { ...init, body: action.to }),
        );
    }
  };
  return { act, refresh: () => queries.invalidateQueries({ queryKey: ["messages"] }) };
}

/** An uploaded image, with an address that shows it. */
export function useImage(mediaId: string) {
  const { api } = useConsole();
  return useQuery({
    queryKey: ["media", mediaId],
    enabled: mediaId !== "",
    staleTime: URL_LIVES_MS,
    queryFn: ({ signal }) =>
      read(
        api.GET("/api/v1/media/{media_id}", { params: { path: { media_id: mediaId } }, signal }),
      ),
  });
}
