import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { read, type Reply } from "../../api/client";
import { useConsole } from "../../app/context";
import { copyAndSay, usePageKey } from "../../app/pageKeys";
import { makeAbsolute } from "../../ui/absoluteLink";
import { AnswerLine } from "../../ui/AnswerLine";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { InternalLink } from "../../ui/InternalLink";
import { StackedBars } from "../../ui/StackedBars";
import { Time } from "../../ui/Time";
import { Title } from "../../ui/Title";
import { useSettled } from "../../ui/useSettled";
import { useUrlState } from "../../ui/useUrlState";
import { DownloadCsv, useCsv } from "./DownloadCsv";
import { buildQuery, readFilter } from "./filter";
import { buildBars, PARTS, RANGES, type SearchReport } from "./model";
import { SearchFilters } from "./SearchFilters";

const SETTLES_AFTER_MS = 300;

/** How often records were searched for: over time, found and missed, and by whom. */
export default function Analytics() {
  const { api } = useConsole();
  const [state, setState] = useUrlState();
  const filter = readFilter(state);
  const settled = useSettled(filter, SETTLES_AFTER_MS);
  const report = useQuery({
    queryKey: ["searches", settled],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      read(
        api.GET("/api/v1/analytics/searches", {
          params: { query: buildQuery(settled, new Date()) },
          signal,
        }),
      ) as Promise<Reply<SearchReport>>, // CSV is for who asks for it
  });
  usePageKey("omnidata:copy-link", () => {
    const range = { name: "range", length: filter.range.id };
    void copyAndSay(makeAbsolute(location.href, range, new Date()), "The link");
  });
  const csv = useCsv(filter);
  const data = report.data?.data;
  return (
    <SpaceBetween size="l">
      <Title
        description="The last half minute is still on its way."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <SegmentedControl
              label="Range"
              selectedId={filter.from ? null : filter.range.id}
              options={RANGES.map(({ id, text }) => ({ id, text }))}
              onChange={({ detail }) =>
                setState({ range: detail.selectedId, from: null, to: null })
              }
            />
            <DownloadCsv csv={csv} />
          </SpaceBetween>
        }
      >
        Analytics
      </Title>
      {filter.from && (
        <Box>
          From <Time at={filter.from} /> to {filter.to ? <Time at={filter.to} /> : "now"}
        </Box>
      )}
      <SearchFilters filter={filter} onChange={setState} />
      {csv.error && (
        <ErrorAlert error={csv.error} what="Nothing was saved" onRetry={() => csv.mutate()} />
      )}
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
          { id: "found", header: "Found", cell: ({ found }) => found },
          { id: "missed", header: "Missed", cell: ({ missed }) => missed },
        ]}
      />
    </SpaceBetween>
  );
}
