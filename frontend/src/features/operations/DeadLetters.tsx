import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { useNavigate, useParams } from "react-router";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { Title } from "../../ui/Title";
import { Jobs } from "./Jobs";
import { Letters } from "./Letters";
import { usePipeline } from "./queries";

/** What could not be processed, queue by queue. */
export default function DeadLetters() {
  const { queue } = useParams();
  const navigate = useNavigate();
  const pipeline = usePipeline();
  const queues = pipeline.data?.data.queues ?? [];
  const fullest = [...queues].sort((a, b) => b.dead_letters - a.dead_letters)[0];
  const chosen = queue ?? fullest?.name ?? "";
  return (
    <SpaceBetween size="l">
      <Title description="Messages that failed at every attempt. Look why, then give them back or delete them.">
        Dead letters
      </Title>
      {pipeline.error && (
        <ErrorAlert
          error={pipeline.error}
          what="The queues could not be read"
          onRetry={() => void pipeline.refetch()}
        />
      )}
      {queues.length > 0 && (
        <Tabs
          i18nStrings={{ scrollLeftAriaLabel: "Earlier tabs", scrollRightAriaLabel: "Later tabs" }}
          ariaLabel="Queues"
          activeTabId={chosen}
          onChange={({ detail }) => {
            void navigate(`/console/dead-letters/${encodeURIComponent(detail.activeTabId)}`);
          }}
          tabs={queues.map(({ name, dead_letters }) => ({
            id: name,
            label: `${name} (${dead_letters})`,
            content: <Letters key={name} queue={name} />,
          }))}
        />
      )}
      <SpaceBetween size="s">
        <Header variant="h2">Redrives of whole queues</Header>
        <Jobs />
      </SpaceBetween>
    </SpaceBetween>
  );
}
