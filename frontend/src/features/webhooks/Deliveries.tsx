import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { AnswerLine } from "../../ui/AnswerLine";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { Time } from "../../ui/Time";
import { describeAttempt, OUTCOMES, type Delivery } from "./model";
import { useDeliveries } from "./queries";

/** What became of the newest events of a webhook. */
export function Deliveries({ webhookId }: { webhookId: string }) {
  const deliveries = useDeliveries(webhookId);
  return (
    <SpaceBetween size="s">
      {deliveries.error && (
        <ErrorAlert
          error={deliveries.error}
          what="The deliveries could not be read"
          onRetry={() => void deliveries.refetch()}
        />
      )}
      <Table<Delivery>
        header={
          <Header variant="h2" description="The newest 25 of the last 15 days. Tests are not kept.">
            Deliveries
          </Header>
        }
        items={deliveries.data?.data.deliveries ?? []}
        trackBy="webhook_id"
        loading={deliveries.isLoading}
        loadingText="Loading the deliveries"
        empty="Nothing was sent to it yet."
        wrapLines
        columnDefinitions={[
          { id: "event", header: "Event", isRowHeader: true, cell: ({ event }) => event },
          {
            id: "outcome",
            header: "Outcome",
            cell: (delivery) => (
              <StatusIndicator type={OUTCOMES[delivery.outcome]}>
                {describeAttempt(delivery)}
              </StatusIndicator>
            ),
          },
          { id: "attempts", header: "Attempts", cell: ({ attempts }) => attempts },
          {
            id: "at",
            header: "Last attempt",
            cell: ({ attempted_at }) => <Time at={attempted_at} />,
          },
          {
            id: "next",
            header: "Next attempt",
            cell: ({ next_attempt_at }) => <Time at={next_attempt_at} />,
          },
          { id: "error", header: "Error", cell: ({ error }) => (error ? <bdi>{error}</bdi> : "–") },
        ]}
      />
      {deliveries.data && (
        <AnswerLine
          shown={deliveries.data.data.deliveries.length}
          what="deliveries"
          complete={deliveries.data.data.deliveries.length < 25}
          receipt={deliveries.data}
        />
      )}
    </SpaceBetween>
  );
}
