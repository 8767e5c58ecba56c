import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { read, type Reply } from "../../api/client";
import { useConsole } from "../../app/context";
import { AnswerLine } from "../../ui/AnswerLine";
import { download } from "../../ui/download";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { InternalLink } from "../../ui/InternalLink";
import { StackedBars } from "../../ui/StackedBars";
import { Title } from "../../ui/Title";
import { useUrlState } from "../../ui/useUrlState";
import { buildBars, formatCsv, PARTS, RANGES, startOf, type SearchReport } from "./model";

/** How often records were searched for: over time, found and missed, and by whom. */
export default function Analytics() {
  const { api } = useConsole();
  const [state, setState] = useUrlState();
  const range = RANGES.find(({ id }) => id === state.range) ?? RANGES[1];
  const report = useQuery({
    queryKey: ["searches", range.id],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      read(
        api.GET("/api/v1/analytics/searches", {
          params: { query: { from: startOf(range, new Date()) } },
          signal,
        }),
      ) as Promise<Reply<SearchReport>>, // CSV is for who asks for it
  });
  const data = report.data?.data;
  return (
    <SpaceBetween size="l">
      <Title
        description="The last half minute is still on its way."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <SegmentedControl
              label="Range"
              selectedId={range.id}
              options={RANGES.map(({ id, text }) => ({ id, text }))}
              onChange={({ detail }) => setState({ range: detail.selectedId })}
            />
            <Button
              iconName="download"
              disabled={!data}
              onClick={() => data && download("searches.csv", formatCsv(data), "text/csv")}
            >
              CSV
            </Button>
          </SpaceBetween>
        }
      >
        Analytics
      </Title>
      {report.error && (
        <ErrorAlert
          error={report.error}
          what="The searches could not be counted"
          onRetry={() => void report.refetch()}
        />
      )}
      {data && <Report report={data} />}
      {report.data && (
        <AnswerLine
          shown={report.data.data.total}
          what="searches"
          complete={report.data.data.complete}
          scanned={report.data.data.read?.rows}
          receipt={report.data}
        />
      )}
    </SpaceBetween>
  );
}

function Report({ report }: { report: SearchReport }) {
  return (
    <SpaceBetween size="l">
      {!report.complete && report.read && (
        <Alert type="warning">
          Counted {report.read.objects} of {report.read.objects + report.read.left_out_objects}{" "}
          parts; the newest are in.
        </Alert>
      )}
      <Container>
        <KeyValuePairs
          columns={4}
          items={[
            { label: "Searches", value: report.total },
            { label: "Found", value: report.found },
            { label: "Missed", value: report.missed },
            {
              label: "Of whom",
              value: report.scope === "all" ? "everybody" : "the ones that you made",
            },
          ]}
        />
      </Container>
      <Container
        header={
          <Header variant="h2" description={`By ${report.interval}, UTC`}>
            Over time
          </Header>
        }
      >
        {report.total === 0 ? (
          <Box>Nobody searched in this range.</Box>
        ) : (
          <StackedBars
            name={`Searches by ${report.interval}, UTC`}
            parts={PARTS}
            bars={buildBars(report)}
          />
        )}
      </Container>
      <Table
        header={<Header variant="h2">Searched for most</Header>}
        items={report.top_users}
        empty={
          report.scope === "all" ? "Nobody was searched for." : "Operators see who is searched for."
        }
        columnDefinitions={[
          {
            id: "user",
            header: "User ID",
            isRowHeader: true,
            cell: ({ user }) => (
              <InternalLink to={`/console/records/${encodeURIComponent(user)}`}>
                {user}
              </InternalLink>
            ),
          },
          { id: "searches", header: "Searches", cell: ({ searches }) => searches },
        ]}
      />
    </SpaceBetween>
  );
}
