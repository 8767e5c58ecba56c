import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Toggle from "@cloudscape-design/components/toggle";
import { useMemo, useState } from "react";
import { Navigate } from "react-router";
import { useConsole } from "../../app/context";
import { addNotice } from "../../app/notices";
import { usePageKey } from "../../app/pageKeys";
import { usePreferences } from "../../app/preferences";
import { AnswerLine } from "../../ui/AnswerLine";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { LiveDot } from "../../ui/LiveDot";
import { Title } from "../../ui/Title";
import { useUrlState } from "../../ui/useUrlState";
import { ExportLogs } from "./ExportLogs";
import { Facets } from "./Facets";
import { Filters } from "./Filters";
import { Gone } from "./Gone";
import { HistogramChart } from "./HistogramChart";
import {
  countFilters,
  linkTo,
  MOST_ROWS,
  mergeRows,
  rangeAround,
  readFilter,
  readPermalink,
  type LogEntry,
} from "./model";
import { RecordPanel } from "./RecordPanel";
import { Rows } from "./Rows";
import { SenderHelp } from "./SenderHelp";
import { ViewMenu } from "./ViewMenu";
import { useHistogram, useLogs } from "./queries";
import { usePaused } from "./usePaused";
import { useTail } from "./useTail";
import "./logs.css";

/** The page, at what the address of one record names. */
export default function Logs() {
  const [state] = useUrlState();
  const target = readPermalink(state);
  return target ? <Navigate to={`/console/logs?${target}`} replace /> : <LogsPage />;
}

/** A tenant's logs: searched, counted over time, and followed as they arrive. */
function LogsPage() {
  const { me } = useConsole();
  const { wrapLogs } = usePreferences();
  const [state, setState] = useUrlState();
  const filter = useMemo(() => readFilter(state), [state]);
  const tenant = filter.tenant || me.tenant || "";
  const isLive = state.live === "1";
  const logs = useLogs(filter, tenant !== "");
  const histogram = useHistogram(filter, isLive, tenant !== "");
  const tail = useTail(filter, isLive && tenant !== "");
  const [isAtNewest, setAtNewest] = useState(true);
  const paused = usePaused(tail.records, isLive && (!isAtNewest || !!state.sel));
  const read = useMemo(() => logs.data.flatMap((page) => page.logs), [logs.data]);
  const rows = useMemo(() => mergeRows(read, paused.shown), [read, paused.shown]);
  const selected = rows.find(({ record }) => record.log_id === state.sel)?.record;
  const last = logs.data.at(-1);
  // Of a link to a record; its range has an end, which one that is looked at live has not.
  const isRead = logs.pages.receipt !== null && !logs.pages.isLoading && !logs.pages.hasMore;
  const isGone = Boolean(state.sel && filter.until) && isRead && !selected;
  const total = histogram.data?.data.total ?? null;
  const retentionDays = histogram.data?.data.retention_days ?? null;
  const addFilter = (name: string, value: string) => setState({ [name]: value });
  const around = (record: LogEntry) => {
    setState({
      ...rangeAround(Date.parse(record.ts)),
      range: null,
      text: null,
      severity: null,
      live: null,
      sel: record.log_id,
    });
  };
  usePageKey("omnidata:live", () => setState({ live: isLive ? null : "1" }));
  usePageKey("omnidata:copy-link", () => void copyLink());

  return (
    <SpaceBetween size="s">
      <Title
        counter={tenant ? `(${tenant})` : undefined}
        info={isLive && <LiveDot at={tail.at} isLive={!paused.isPaused} error={tail.error} />}
        actions={
          <SpaceBetween direction="horizontal" size="xs" alignItems="center">
            <Toggle
              checked={isLive}
              onChange={({ detail }) => setState({ live: detail.checked ? "1" : null })}
            >
              Live
            </Toggle>
            <ViewMenu />
            <ExportLogs filter={filter} />
            <Button iconName="share" onClick={() => void copyLink()}>
              Copy link
            </Button>
            <Button iconName="refresh" ariaLabel="Read again" onClick={logs.pages.reload} />
          </SpaceBetween>
        }
      >
        Logs
      </Title>
      <Filters filter={filter} state={state} onChange={setState} />
      {!tenant && <Alert type="info">Name the tenant whose logs you want to read.</Alert>}
      {logs.pages.error && (
        <ErrorAlert
          error={logs.pages.error}
          what="The logs could not be read"
          onRetry={logs.pages.reload}
        />
      )}
      {tail.error && <ErrorAlert error={tail.error} what="What arrives could not be read" />}
      {histogram.error && <ErrorAlert error={histogram.error} what="They could not be counted" />}
      {histogram.data && (
        <HistogramChart
          histogram={histogram.data.data}
          onNarrow={(from, to) => setState({ from, to, range: null, live: null })}
        />
      )}
      <Facets filter={filter} onFilter={addFilter} />
      {isGone && (
        <Gone
          retentionDays={retentionDays}
          until={filter.until}
          onClose={() => setState({ sel: null })}
        />
      )}
      {rows.length === 0 && !logs.pages.isLoading && tenant && !logs.pages.error ? (
        <Nothing
          filters={countFilters(filter)}
          tenant={tenant}
          isLive={isLive}
          onClear={() =>
            setState({
              severity: null,
              text: null,
              source: null,
              ...Object.fromEntries(Object.keys(filter.attributes).map((name) => [name, null])),
            })
          }
        />
      ) : (
        <div className={selected ? "log-split" : undefined}>
          <div className="log-pane">
            {paused.isPaused && paused.waiting > 0 && (
              <div className="log-paused" role="status">
                Paused: {paused.waiting} new.{" "}
                <Button onClick={() => paused.goOn(() => setState({ sel: null }))}>Go on</Button>
              </div>
            )}
            <Rows
              key={`${paused.round} ${wrapLogs}`}
              rows={rows}
              selected={state.sel ?? ""}
              onSelect={(logId) => setState({ sel: logId }, { typing: true })}
              onAtNewest={setAtNewest}
            />
          </div>
          {selected && (
            <RecordPanel
              record={selected}
              link={linkAround(selected, filter.tenant)}
              onFilter={addFilter}
              onAround={() => around(selected)}
              onClose={() => setState({ sel: null })}
            />
          )}
        </div>
      )}
      {rows.length >= MOST_ROWS && (
        <Alert>Older rows left the screen; they are still stored.</Alert>
      )}
      {logs.pages.hasMore && rows.length < MOST_ROWS && (
        <Button loading={logs.pages.isLoadingMore} onClick={logs.pages.loadMore}>
          Load more
        </Button>
      )}
      {logs.pages.receipt && (
        <AnswerLine
          shown={rows.length}
          what="records"
          total={total}
          complete={!logs.pages.hasMore && (last?.read.complete ?? false)}
          scanned={logs.data.reduce((sum, page) => sum + page.read.scanned, 0)}
          receipt={logs.pages.receipt}
        />
      )}
    </SpaceBetween>
  );
}

interface NothingProps {
  filters: number;
  tenant: string;
  isLive: boolean;
  onClear: () => void;
}

function Nothing({ filters, tenant, isLive, onClear }: NothingProps) {
  if (filters === 0) return <SenderHelp tenant={tenant} isLive={isLive} />;
  return (
    <Alert action={<Button onClick={onClear}>Clear them</Button>}>
      Nothing matches. {filters === 1 ? "1 filter is" : `${filters} filters are`} set.
    </Alert>
  );
}

/** The address that opens what was around a record, with the record chosen. */
function linkAround(record: LogEntry, tenant: string): string {
  const query = new URLSearchParams({ at: record.ts, id: record.log_id });
  if (tenant) query.set("tenant", tenant);
  return `${location.origin}/console/logs?${query}`;
}

/** The lines of this moment, also for somebody who opens the link later. */
async function copyLink(): Promise<void> {
  try {
    await navigator.clipboard.writeText(linkTo(location.href, new Date()));
    addNotice({ type: "success", content: "The link is copied, with absolute times." }, "link");
  } catch {
    addNotice({ type: "error", content: "The browser did not let it be copied." }, "link");
  }
}
