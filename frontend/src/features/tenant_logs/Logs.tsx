import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Toggle from "@cloudscape-design/components/toggle";
import { useEffect, useMemo, useRef, useState } from "react";
import { Navigate } from "react-router";
import { useConsole } from "../../app/context";
import { addNotice } from "../../app/notices";
import { usePageKey } from "../../app/pageKeys";
import { usePreferences } from "../../app/preferences";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { LiveDot } from "../../ui/LiveDot";
import { Title } from "../../ui/Title";
import { useUrlState } from "../../ui/useUrlState";
import {
  clearFilters,
  countFilters,
  FOLLOW,
  linkTo,
  narrowBy,
  rangeAround,
  readColumns,
  readFilter,
  readPermalink,
} from "./address";
import { ExportLogs } from "./ExportLogs";
import { Facets } from "./Facets";
import { Filters } from "./Filters";
import { Foot } from "./Foot";
import { Gone } from "./Gone";
import { HistogramChart } from "./HistogramChart";
import { mergeRows, type LogEntry } from "./model";
import { Nothing } from "./Nothing";
import { Pane } from "./Pane";
import { RecordPanel, type OnNarrow } from "./RecordPanel";
import { ViewMenu } from "./ViewMenu";
import { useHistogram, useLogs } from "./queries";
import { useHasSelection, usePaused } from "./usePaused";
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
  const { logColumns } = usePreferences();
  const [state, setState] = useUrlState();
  const filter = useMemo(() => readFilter(state), [state]);
  const columns = readColumns(state.cols, logColumns);
  const tenant = filter.tenant || me.tenant || "";
  const isLive = state.live === "1";
  const logs = useLogs(filter, tenant !== "");
  const histogram = useHistogram(filter, isLive, tenant !== "");
  const read = useMemo(() => logs.data.flatMap((page) => page.logs), [logs.data]);
  const isRead = logs.pages.receipt !== null && !logs.pages.isLoading && !logs.pages.hasMore;
  const isLoading = logs.pages.isLoading && !logs.pages.isLoadingMore;
  const isUnfiltered = countFilters(filter) === 0;
  const isWaiting = isRead && read.length === 0 && isUnfiltered && !filter.until;
  const tail = useTail(filter, (isLive || isWaiting) && tenant !== "");
  const pane = useRef<HTMLDivElement>(null);
  const [isHeld, setHeld] = useState(false);
  const [isAtNewest, setAtNewest] = useState(true);
  const hasSelection = useHasSelection(pane);
  const isReading = isHeld || !isAtNewest || !!state.sel || hasSelection;
  const paused = usePaused(tail.records, isLive && isReading);
  const rows = useMemo(() => mergeRows(read, paused.shown), [read, paused.shown]);
  const selected = rows.find(({ record }) => record.log_id === state.sel)?.record;
  // Of a link to a record; its range has an end, which one that is looked at live has not.
  const isGone = Boolean(state.sel && filter.until) && isRead && !selected;
  const counted = histogram.data?.data;
  const total = counted?.complete ? counted.total : null;
  const select = (logId: string) => setState({ sel: logId }, { typing: true });
  const narrow: OnNarrow = (field, value, isExcluded) =>
    setState({
      ...narrowBy(state, field, value, isExcluded),
      ...(isExcluded && { sel: null }), // the open record goes with the others
    });
  const follow = (isOn: boolean) => {
    setHeld(false);
    setState(isOn ? FOLLOW : { live: null });
  };
  const goOn = () =>
    paused.goOn(() => {
      setHeld(false);
      setAtNewest(true);
      if (state.sel) setState({ sel: null });
    });
  const around = (record: LogEntry) => {
    const range = { ...rangeAround(Date.parse(record.ts)), range: null, live: null };
    setState({ ...clearFilters(filter), ...range, sel: record.log_id });
  };
  const isFirst = isWaiting && !isLive && tail.records.length > 0;
  useEffect(() => {
    if (isFirst) setState(FOLLOW, { typing: true }); // whoever waited for it wants what follows
  }, [isFirst, setState]);
  usePageKey("omnidata:live", () => (paused.isPaused ? goOn() : follow(!isLive)));
  usePageKey("omnidata:copy-link", () => void copyLink());

  return (
    <SpaceBetween size="s">
      <Title
        counter={tenant ? `(${tenant})` : undefined}
        info={isLive && <LiveDot at={tail.at} isLive={!paused.isPaused} error={tail.error} />}
        actions={
          <div className="no-print">
            <SpaceBetween direction="horizontal" size="xs" alignItems="center">
              <Toggle checked={isLive} onChange={({ detail }) => follow(detail.checked)}>
                Live
              </Toggle>
              {isLive && !paused.isPaused && <Button onClick={() => setHeld(true)}>Pause</Button>}
              <ViewMenu
                columns={columns}
                onColumns={(chosen) => setState({ cols: chosen.join(",") }, { typing: true })}
              />
              <ExportLogs filter={filter} total={total} />
              <Button iconName="share" onClick={() => void copyLink()}>
                Copy link
              </Button>
              <Button iconName="refresh" ariaLabel="Read again" onClick={logs.pages.reload} />
            </SpaceBetween>
          </div>
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
      {counted && (
        <HistogramChart
          histogram={counted}
          onNarrow={(from, to) => setState({ from, to, range: null, live: null })}
        />
      )}
      <div className="no-print">
        <Facets filter={filter} onNarrow={narrow} />
      </div>
      {isGone && (
        <Gone
          retentionDays={counted?.retention_days ?? null}
          until={filter.until}
          onClose={() => setState({ sel: null })}
        />
      )}
      {rows.length === 0 && !logs.pages.isLoading && tenant && !logs.pages.error ? (
        <Nothing
          filters={countFilters(filter)}
          tenant={tenant}
          isWaiting={isWaiting || isLive}
          onClear={() => setState(clearFilters(filter))}
        />
      ) : (
        <Pane
          rows={rows}
          columns={columns}
          selected={state.sel ?? ""}
          onSelect={select}
          onAtNewest={setAtNewest}
          isLoading={isLoading}
          isStale={isLoading && read.length > 0}
          waiting={paused.isPaused ? paused.waiting : null}
          onGoOn={goOn}
          round={paused.round}
          element={pane}
        >
          {selected && (
            <RecordPanel
              record={selected}
              link={linkAround(selected, filter.tenant)}
              onNarrow={narrow}
              onAround={() => around(selected)}
              onClose={() => setState({ sel: null })}
            />
          )}
        </Pane>
      )}
      <Foot shown={rows.length} total={total} read={logs.data} pages={logs.pages} />
    </SpaceBetween>
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
