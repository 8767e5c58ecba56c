import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useConsole } from "../../app/context";
import { CopyText } from "../../ui/CopyText";
import { listSnippets } from "./senders";

/** How to send a first line, with this tenant's values; `isWaiting` for it. */
export function SenderHelp({ tenant, isWaiting }: { tenant: string; isWaiting: boolean }) {
  const { config } = useConsole();
  return (
    <Container header={<Header variant="h2">No logs in this range</Header>}>
      <SpaceBetween size="s">
        {isWaiting && (
          <StatusIndicator type="loading">Waiting for the first record …</StatusIndicator>
        )}
        {listSnippets(config, tenant).map(({ title, text }) => (
          <section key={title} aria-label={`Send by ${title}`}>
            <Box variant="h3">{title}</Box>
            <pre className="json-text">{text}</pre>
            <CopyText text={text} label={`Copy ${title}`} />
          </section>
        ))}
      </SpaceBetween>
    </Container>
  );
}
