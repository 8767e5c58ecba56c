import { useQueryClient } from "@tanstack/react-query";
import { read } from "../../api/client";
import { useConsole } from "../../app/context";
import { ImportForm } from "../../ui/ImportForm";
import { keyOf } from "../../ui/importing";
import type { SendPart } from "../../ui/useImport";

/** Adds many records, from a file or as they are pasted. Bad rows are named, the others added. */
export default function ImportRecords({ onClose }: { onClose: () => void }) {
  const { api } = useConsole();
  const queries = useQueryClient();
  const send: SendPart = async ({ part, contentType, signal }) =>
    read(
      api.POST("/api/v1/records:import", {
        params: { header: { "Idempotency-Key": await keyOf(part.body) } },
        headers: { "Content-Type": contentType },
        body: part.body as never,
        signal,
      }),
    );
  return (
    <ImportForm
      what="records"
      done="rows are stored"
      description="One JSON object a line, or a CSV whose first row names the attributes; each with a user_id. The same rows again add nothing twice."
      placeholder={'{"user_id": "ada", "name": "Ada Lovelace"}'}
      send={send}
      onDone={() => queries.invalidateQueries({ queryKey: ["records"] })}
      onClose={onClose}
    />
  );
}
