import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { Schemas } from "../../api/client";
import { useFailures } from "../../api/failures";
import { asSentence } from "../../api/problem";
import { InternalLink } from "../../ui/InternalLink";
import { pageOf } from "../../ui/pageOf";
import { Time } from "../../ui/Time";
import { FailureTable } from "./FailureTable";
import { type Overview } from "./model";

type Things = Schemas["RecentItems"];
type Failed = Schemas["RecentFailures"];

const SHOWN = 5;

/** The newest orders, messages and failed requests. */
export function Recent({ overview: { recent } }: { overview: Overview }) {
  return (
    <ColumnLayout columns={2} minColumnWidth={320}>
      <List name="Recent orders" things={recent.orders} />
      {recent.messages && <List name="Recent messages" things={recent.messages} />}
      <OwnFailures />
      {recent.failed_requests && <Failures failures={recent.failed_requests} />}
    </ColumnLayout>
  );
}

/** What this tab asked and did not get. */
function OwnFailures() {
  const failures = useFailures().slice(0, SHOWN);
  return (
    <FailureTable
      name="Failed requests of this tab"
      failures={failures}
      empty="None since this tab was opened."
    />
  );
}

/** What the API failed at, whoever asked. */
function Failures({ failures: { items, complete, problem } }: { failures: Failed }) {
  return (
    <FailureTable
      name="Failures of the API"
      failures={items.map((failed) => ({ ...failed, requestId: failed.request_id }))}
      empty={complete ? "None in this range." : (problem?.message ?? "Could not be read.")}
    />
  );
}

/** A plain table: the component library's would be a tenth of the page's weight. */
function List({ name, things }: { name: string; things: Things }) {
  const problem = asSentence(things.problem?.message ?? "They could not be read");
  return (
    <Container header={<Header variant="h2">{name}</Header>}>
      {!things.complete && (
        <StatusIndicator type="warning">
          {things.items.length > 0 && "Not up to date. "}
          {problem}
        </StatusIndicator>
      )}
      {things.items.length === 0 ? (
        things.complete && "None in this range."
      ) : (
        <table className="recent">
          <caption className="unseen">{name}</caption>
          <thead>
            <tr>
              <th scope="col">Id</th>
              <th scope="col">Status</th>
              <th scope="col">When</th>
            </tr>
          </thead>
          <tbody>
            {things.items.map(({ id, href, status, at }) => (
              <tr key={id}>
                <th scope="row">
                  <InternalLink to={pageOf(href)}>{`${id.slice(0, 12)}…`}</InternalLink>
                </th>
                <td>{status}</td>
                <td>
                  <Time at={at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Container>
  );
}
