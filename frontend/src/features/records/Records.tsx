import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useNavigate } from "react-router";
import { useConsole } from "../../app/context";
import { InternalLink } from "../../ui/InternalLink";
import { ListTable } from "../../ui/ListTable";
import { Time } from "../../ui/Time";
import { Title } from "../../ui/Title";
import { useUrlState } from "../../ui/useUrlState";
import { AddRecord } from "./AddRecord";
import { FindRecord } from "./FindRecord";
import { useRecords } from "./queries";

/** Find, open, add and, for operators, list records. */
export default function Records() {
  const { me } = useConsole();
  const [state, setState] = useUrlState();
  const isAdding = state.add === "1";
  return (
    <SpaceBetween size="l">
      <Title
        description="Any JSON by its user ID. Who looks what up is counted."
        actions={
          <Button variant="primary" onClick={() => setState({ add: "1" })}>
            Add a record
          </Button>
        }
      >
        Records
      </Title>
      {isAdding && (
        <AddRecord initialId={state.id ?? ""} onClose={() => setState({ add: null, id: null })} />
      )}
      <FindRecord />
      {me.may.includes("records.list") && <AllRecords />}
    </SpaceBetween>
  );
}

function AllRecords() {
  const navigate = useNavigate();
  const [state, setState] = useUrlState();
  const prefix = state.prefix ?? "";
  const { data, pages } = useRecords(prefix, true);
  const items = data.flatMap((page) => page.records);
  return (
    <ListTable
      what="records"
      items={items}
      trackBy="user_id"
      pages={pages}
      filters={prefix ? 1 : 0}
      onClearFilters={() => setState({ prefix: null })}
      emptyHint="Add one, or make sample data on the overview."
      onOpen={(record) => void navigate(`/console/records/${encodeURIComponent(record.user_id)}`)}
      header={
        <Header variant="h2" description="In no particular order">
          All records
        </Header>
      }
      filter={
        <TextFilter
          filteringText={prefix}
          filteringPlaceholder="User ID begins with"
          filteringAriaLabel="User ID begins with"
          onDelayedChange={({ detail }) =>
            setState({ prefix: detail.filteringText }, { typing: true })
          }
          onChange={({ detail }) => setState({ prefix: detail.filteringText }, { typing: true })}
        />
      }
      columns={[
        {
          id: "user_id",
          header: "User ID",
          isRowHeader: true,
          cell: (record) => (
            <InternalLink to={`/console/records/${encodeURIComponent(record.user_id)}`}>
              {record.user_id}
            </InternalLink>
          ),
        },
        { id: "version", header: "Version", cell: (record) => record.version },
        { id: "created", header: "Created", cell: (record) => <Time at={record.created_at} /> },
        { id: "updated", header: "Changed", cell: (record) => <Time at={record.updated_at} /> },
        { id: "by", header: "Created by", cell: (record) => <bdi>{record.created_by ?? "–"}</bdi> },
      ]}
    />
  );
}
