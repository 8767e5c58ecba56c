import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useConsole } from "../../app/context";
import { CopyText } from "../../ui/CopyText";

/** How to send a first line, with this tenant's values. */
export function SenderHelp({ tenant, isLive }: { tenant: string; isLive: boolean }) {
  const { config } = useConsole();
  const isLocal = config.stage === "local";
  const key = isLocal ? "" : ' \\\n  -H "Authorization: Bearer $TENANT_KEY"';
  const line = isLocal ? `{"tenant_id": "${tenant}", "text": "hello"}` : '{"text": "hello"}';
  const curl = `curl -X POST ${config.apiBase}/ingest${key} \\
  -H 'Content-Type: application/json' -d '${line}'`;
  return (
    <Container header={<Header variant="h2">No logs in this range</Header>}>
      <SpaceBetween size="s">
        <Box>Send one from a shell:</Box>
        <pre className="json-text">{curl}</pre>
        <CopyText text={curl} label="Copy" />
        {isLive && <StatusIndicator type="loading">Waiting for the first record …</StatusIndicator>}
      </SpaceBetween>
    </Container>
  );
}
