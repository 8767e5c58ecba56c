import Header from "@cloudscape-design/components/header";
import { useNavigate } from "react-router";
import { InternalLink } from "../../ui/InternalLink";
import { ListTable } from "../../ui/ListTable";
import { SearchField } from "../../ui/SearchField";
import { Time } from "../../ui/Time";
import { Who } from "../../ui/Who";
import { sumScanned } from "../../ui/usePages";
import { useSettled } from "../../ui/useSettled";
import { useUrlState } from "../../ui/useUrlState";
import { ExportRecords } from "./ExportRecords";
import { checkId } from "./model";
import { useRecords } from "./queries";

const SETTLES_AFTER_MS = 300;

/** All records, or those whose id begins with some letters. */
export function AllRecords() {
  const navigate = useNavigate();
  const [state, setState] = useUrlState();
  const prefix = state.prefix ?? "";
  const problem = prefix ? checkId(prefix) : null;
  const { data, pages } = useRecords(useSettled(prefix, SETTLES_AFTER_MS), !problem);
  const items = data.flatMap((page) => page.records);
  return (
    <ListTable
      what="records"
      items={items}
      trackBy="user_id"
      pages={pages}
      total={prefix ? null : (data.at(-1)?.about_total ?? null)}
      scanned={sumScanned(data)}
      filters={prefix ? 1 : 0}
      onClearFilters={() => setState({ prefix: null })}
      emptyHint="Add one, or make sample data on the overview."
      onOpen={(record) => void navigate(`/console/records/${encodeURIComponent(record.user_id)}`)}
      header={
        <Header
          variant="h2"
          description="In no particular order"
          actions={<ExportRecords prefix={problem ? "" : prefix} />}
        >
          All records
        </Header>
      }
      filter={
        <SearchField
          label="User ID begins with"
          value={prefix}
          problem={problem}
          onChange={(value) => setState({ prefix: value.trim() }, { typing: true })}
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
        { id: "by", header: "Created by", cell: (record) => <Who id={record.created_by} /> },
      ]}
    />
  );
}
