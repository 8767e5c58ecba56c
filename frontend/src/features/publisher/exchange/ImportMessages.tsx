import { useQueryClient } from "@tanstack/react-query";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useNavigate } from "react-router";
import { read } from "../../../api/client";
import { useConsole } from "../../../app/context";
import { ImportForm } from "../../../ui/ImportForm";
import { keyOf } from "../../../ui/importing";
import { Title } from "../../../ui/Title";
import type { SendPart } from "../../../ui/useImport";

const DESCRIPTION =
  "A CSV with the columns content, channels, scheduled_at, time_zone and the like, or a JSON object a line. " +
  "A row without a time is published at once. The same file again makes nothing twice, for 24 hours.";

/** Makes many messages of a file: looked at first, then made, with what is wrong with a row. */
export default function ImportMessages() {
  const { api } = useConsole();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const sendTo =
    (isDryRun: boolean): SendPart =>
    async ({ part, index, whole, contentType, signal }) =>
      read(
        api.POST("/api/v1/messages:import", {
          params: {
            query: { dry_run: isDryRun },
            // Two parts may have the same rows: each counts.
            header: { "Idempotency-Key": `${await keyOf(whole)}-${index}` },
          },
          headers: { "Content-Type": contentType },
          body: part.body as never,
          signal,
        }),
      );
  return (
    <SpaceBetween size="l">
      <Title description="From a table or a file, with the reason of each row that is refused.">
        Import messages
      </Title>
      <ImportForm
        what="messages"
        done="messages are made"
        description={DESCRIPTION}
        placeholder={
          "content,channels,scheduled_at,time_zone\nWe open at nine.,facebook sms,2029-01-01T08:00:00,Europe/Berlin"
        }
        check={sendTo(true)}
        send={sendTo(false)}
        onDone={() => queries.invalidateQueries({ queryKey: ["messages"] })}
        onClose={() => void navigate("/console/publisher")}
      />
    </SpaceBetween>
  );
}
