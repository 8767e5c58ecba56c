import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { asSentence } from "../../api/problem";
import { InternalLink } from "../../ui/InternalLink";
import { scale, Sparkline } from "../../ui/Sparkline";
import type { Activity, Overview } from "./model";
import "./overview.css";

/** How much came to each workload. */
export function Activities({ overview: { workloads, range } }: { overview: Overview }) {
  const logs = `/console/logs?range=${range}`;
  const tiles: { name: string; to: string; activity: Activity | null }[] = [
    { name: "Records added", to: "/console/records", activity: workloads.records },
    { name: "Orders", to: "/console/orders", activity: workloads.orders },
    { name: "Log records", to: logs, activity: workloads.logs },
    { name: "Messages", to: "/console/publisher", activity: workloads.messages },
  ];
  return (
    <ColumnLayout columns={4} minColumnWidth={170}>
      {tiles.map(
        ({ name, to, activity }) =>
          activity && (
            <Container key={name}>
              <div>
                <InternalLink to={to}>{name}</InternalLink>
              </div>
              {activity.total !== null && (
                <div className="activity-total">
                  {activity.approximate && activity.total > 0 && <small>about </small>}
                  {activity.total.toLocaleString("en")}
                </div>
              )}
              {(activity.total === null || activity.problem) && (
                <StatusIndicator type="warning">
                  {activity.total !== null && "Not up to date. "}
                  {asSentence(activity.problem?.message ?? "It is not known")}
                </StatusIndicator>
              )}
              <Sparkline heights={scale(activity.series.map(({ count }) => count))} />
            </Container>
          ),
      )}
    </ColumnLayout>
  );
}
