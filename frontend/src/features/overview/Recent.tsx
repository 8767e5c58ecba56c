import ColumnLayout from "@cloudscape-design/components/column-layout";
import Header from "@cloudscape-design/components/header";
import Table from "@cloudscape-design/components/table";
import type { Schemas } from "../../api/client";
import { InternalLink } from "../../ui/InternalLink";
import { pageOf } from "../../ui/pageOf";
import { Time } from "../../ui/Time";
import { type Overview } from "./model";

type Things = Schemas["RecentItems"];

/** The newest orders and messages. */
export function Recent({ overview: { recent } }: { overview: Overview }) {
  return (
    <ColumnLayout columns={2} minColumnWidth={320}>
      <List name="Recent orders" things={recent.orders} />
      {recent.messages && <List name="Recent messages" things={recent.messages} />}
    </ColumnLayout>
  );
}

function List({ name, things }: { name: string; things: Things }) {
  return (
    <Table
      header={<Header variant="h2">{name}</Header>}
      items={things.items}
      empty={
        things.complete ? "None in this range." : (things.problem?.message ?? "Could not be read.")
      }
      columnDefinitions={[
        {
          id: "id",
          header: "Id",
          isRowHeader: true,
          cell: ({ id, href }) => (
            <InternalLink to={pageOf(href)}>{`${id.slice(0, 12)}…`}</InternalLink>
          ),
        },
        { id: "status", header: "Status", cell: ({ status }) => status },
        { id: "at", header: "When", cell: ({ at }) => <Time at={at} /> },
      ]}
    />
  );
}
