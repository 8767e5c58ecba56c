import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useNavigate } from "react-router";
import { InternalLink } from "../../../ui/InternalLink";
import { ListTable } from "../../../ui/ListTable";
import { Time } from "../../../ui/Time";
import { Title } from "../../../ui/Title";
import { describeRule, type Series } from "./model";
import { useSeriesList } from "./queries";

/** Own messages that recur, newest first. */
export default function SeriesList() {
  const navigate = useNavigate();
  const { data, pages } = useSeriesList();
  return (
    <SpaceBetween size="l">
      <Title
        description="Messages that recur. Each is a message of its own 12 hours before its time."
        actions={
          <Button variant="primary" onClick={() => void navigate("/console/publisher/new")}>
            New message
          </Button>
        }
      >
        Series
      </Title>
      <ListTable<Series>
        what="series"
        items={data.flatMap((page) => page.series)}
        trackBy="id"
        pages={pages}
        emptyHint="Write a message at a time, and let it repeat."
        columns={[
          {
            id: "text",
            header: "Text",
            isRowHeader: true,
            cell: ({ id, content }) => (
              <InternalLink to={`/console/series/${id}`}>{content.slice(0, 80)}</InternalLink>
            ),
          },
          { id: "rule", header: "Repeats", cell: ({ rrule }) => describeRule(rrule) },
          { id: "zone", header: "Zone", cell: ({ time_zone: zone }) => zone },
          { id: "next", header: "Next", cell: ({ next_at: at }) => <Time at={at} /> },
          {
            id: "status",
            header: "Status",
            cell: ({ status }) => <SeriesStatus status={status} />,
          },
        ]}
      />
    </SpaceBetween>
  );
}

export function SeriesStatus({ status }: { status: Series["status"] }) {
  return (
    <StatusIndicator type={status === "active" ? "success" : "stopped"}>{status}</StatusIndicator>
  );
}
