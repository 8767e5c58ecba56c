import { useQuery, useQueryClient } from "@tanstack/react-query";
import { read, type Api } from "../../../api/client";
import { ApiProblem } from "../../../api/problem";
import { useConsole } from "../../../app/context";
import { useSend } from "../../../app/useSend";
import { usePages } from "../../../ui/usePages";
import type { Message } from "../model";
import type { NewTemplate, Template } from "./model";

const KEY = "templates";
const PAGE = 50;
const PATH = "/api/v1/templates/{template_id}";

/** Those of the stage, newest first. */
export function useTemplates() {
  const { api } = useConsole();
  return usePages({
    key: [KEY],
    read: (cursor, signal) =>
      read(api.GET("/api/v1/templates", { params: { query: { limit: PAGE, cursor } }, signal })),
    cursorOf: (page) => page.next_cursor,
  });
}

export function useTemplate(id: string) {
  const { api } = useConsole();
  return useQuery({
    queryKey: [KEY, id],
    queryFn: ({ signal }) => read(api.GET(PATH, { params: { path: { template_id: id } }, signal })),
  });
}

/** What a new message is made from: the message of that id to copy, else the template. */
export type Source = { message: Message } | { template: Template };

/** `isTemplate` says that it is one; an id alone may be either. */
export function useSource(id: string, isTemplate: boolean) {
  const { api } = useConsole();
  return useQuery({
    queryKey: ["source", id],
    enabled: id !== "",
    queryFn: async ({ signal }): Promise<Source> => {
      const message = isTemplate ? null : await findMessage(api, id, signal);
      if (message) return { message };
      const params = { path: { template_id: id } };
      return { template: (await read(api.GET(PATH, { params, signal }))).data };
    },
  });
}

async function findMessage(api: Api, id: string, signal: AbortSignal): Promise<Message | null> {
  try {
    const params = { path: { message_id: id } };
    return (await read(api.GET("/api/v1/messages/{message_id}", { params, signal }))).data;
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return null;
    throw error;
  }
}

interface Saved {
  body: NewTemplate;
  /** The template that is changed, as it was shown; null for a new one. */
  before: Template | null;
  /** Of one opened form: however often it is sent, one template is made. */
  key: string;
}

export function useSaveTemplate() {
  return useChange((api, { body, before, key }: Saved) =>
    before
      ? read(api.PUT(PATH, { params: matching(before), body }))
      : read(
          api.POST("/api/v1/templates", { params: { header: { "Idempotency-Key": key } }, body }),
        ),
  );
}

export function useDeleteTemplate() {
  return useChange((api, template: Template) =>
    read(api.DELETE(PATH, { params: matching(template) })),
  );
}

function matching({ id, rev }: Template) {
  return { path: { template_id: id }, header: { "If-Match": `"${rev}"` } };
}

/** A change, after which the list is read again. */
function useChange<Given, Result>(change: (api: Api, given: Given) => Promise<Result>) {
  const queries = useQueryClient();
  return useSend(change, {
    onSuccess: () => queries.invalidateQueries({ queryKey: [KEY], exact: true }),
  });
}
