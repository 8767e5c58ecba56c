import { useQueryClient } from "@tanstack/react-query";
import { read, type Reply, type Api } from "../../../api/client";
import { useConsole } from "../../../app/context";
import { useSend } from "../../../app/useSend";
import { usePages } from "../../../ui/usePages";
import type { Certification, NewAnnouncement, NewCertification } from "./model";

const PAGE = 50;

export function useCertifications() {
  const { api } = useConsole();
  return usePages({
    key: ["certifications"],
    read: (cursor, signal) =>
      read(
        api.GET("/api/v1/certifications", { params: { query: { limit: PAGE, cursor } }, signal }),
      ),
    cursorOf: (page) => page.next_cursor,
  });
}

interface Saving {
  content: NewCertification;
  /** The certificate that it replaces; null for a new one. */
  before: Certification | null;
  /** One for each opened form, so that a double click makes one. */
  key: string;
}

export function useSaveCertification() {
  return useChange((api, { content, before, key }: Saving): Promise<Reply<Certification>> =>
    read(
      before
        ? api.PUT("/api/v1/certifications/{certification_id}", {
            params: matching(before),
            body: content,
          })
        : api.POST("/api/v1/certifications", {
            params: { header: { "Idempotency-Key": key } },
            body: content,
          }),
    ),
  );
}

export function useDeleteCertification() {
  return useChange((api, certification: Certification) =>
    read(
      api.DELETE("/api/v1/certifications/{certification_id}", { params: matching(certification) }),
    ),
  );
}

interface Announced {
  id: string;
  content: NewAnnouncement;
}

/** Makes a message once for each channel, so that a second click makes none. */
export function useAnnounce() {
  return useChange((api, { id, content }: Announced) =>
    read(
      api.POST("/api/v1/certifications/{certification_id}/announce", {
        params: { path: { certification_id: id } },
        body: content,
      }),
    ),
  );
}

/** Only the version that was shown is changed. */
function matching({ id, rev }: Certification) {
  return { path: { certification_id: id }, header: { "If-Match": `"${rev}"` } };
}

function useChange<Given, Result>(change: (api: Api, given: Given) => Promise<Result>) {
  const queries = useQueryClient();
  return useSend(change, {
    onSuccess: () => queries.invalidateQueries({ queryKey: ["certifications"] }),
  });
}
