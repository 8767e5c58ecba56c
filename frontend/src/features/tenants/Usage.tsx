import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { AnswerLine } from "../../ui/AnswerLine";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { useUrlState } from "../../ui/useUrlState";
import { describeRejects, formatBytes, shareOfQuota, SPANS, type UsageDay } from "./model";
import { useUsage } from "./queries";

/** What a tenant sent, day by day, and today against its quota. */
export function Usage({ tenantId }: { tenantId: string }) {
  const [state, setState] = useUrlState();
  const span = SPANS.find((known) => known === state.days) ?? SPANS[0];
  const usage = useUsage(tenantId, Number(span));
  const data = usage.data?.data;
  const today = data?.days.at(-1);
  const share = data ? shareOfQuota(today, data.records_per_day) : null;
  return (
    <SpaceBetween size="s">
      {usage.error && (
        <ErrorAlert
          error={usage.error}
          what="The usage could not be read"
          onRetry={() => void usage.refetch()}
        />
      )}
      <Table<UsageDay>
        items={[...(data?.days ?? [])].reverse()}
        trackBy="day"
        loading={usage.isLoading}
        loadingText="Loading the usage"
        empty="Nothing was sent."
        header={
          <SpaceBetween size="s">
            <Header
              variant="h2"
              description="By the day of arrival, UTC. What is over a limit may come again and is not counted."
              actions={
                <SegmentedControl
                  label="Days"
                  selectedId={span}
                  options={SPANS.map((id) => ({ id, text: `${id} days` }))}
                  onChange={({ detail }) => setState({ days: detail.selectedId })}
                />
              }
            >
              Usage
            </Header>
            {data && share !== null && (
              <ProgressBar
                label="Today"
                value={share}
                description={`${(today?.records ?? 0).toLocaleString("en")} of ${data.records_per_day.toLocaleString("en")} records a day`}
              />
            )}
          </SpaceBetween>
        }
        footer={
          usage.data && (
            <AnswerLine
              shown={usage.data.data.days.length}
              what="days"
              complete
              receipt={usage.data}
            />
          )
        }
        columnDefinitions={[
          { id: "day", header: "Day", isRowHeader: true, cell: ({ day }) => day },
          {
            id: "records",
            header: "Records",
            cell: ({ records }) => records.toLocaleString("en"),
          },
          { id: "bytes", header: "Size", cell: ({ bytes }) => formatBytes(bytes) },
          {
            id: "rejected",
            header: "Refused",
            cell: ({ rejected }) => describeRejects(rejected) || <Box>–</Box>,
          },
        ]}
      />
    </SpaceBetween>
  );
}
