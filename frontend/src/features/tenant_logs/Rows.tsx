import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { usePreferences } from "../../app/preferences";
import { showControls } from "../../ui/text";
import { formatTime } from "../../ui/time";
import type { COLUMNS, Row } from "./model";
import { usePrinting } from "./usePrinting";

const ROW_PX = 22;
const AWAY_PX = 2 * ROW_PX;

interface Props {
  rows: Row[];
  selected: string;
  onSelect: (logId: string) => void;
  /** Whether the newest rows are in sight. */
  onAtNewest: (isThere: boolean) => void;
}

/**
 * The records, of which only those in sight are in the page, and on paper all. Arrow keys move the
 * choice.
 */
export function Rows({ rows, selected, onSelect, onAtNewest }: Props) {
  const { zone, wrapLogs, logColumns } = usePreferences();
  const has = (name: (typeof COLUMNS)[number]) => logColumns.includes(name);
  const isOpened = useRef(false);
  const scroller = useRef<HTMLDivElement>(null);
  // Its functions change what they return without changing themselves; nothing here memoizes them.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 20,
  });
  const index = rows.findIndex(({ record }) => record.log_id === selected);
  useEffect(() => {
    const align = isOpened.current ? "auto" : "center"; // a link's record is in the middle
    isOpened.current = true;
    if (index >= 0) virtual.scrollToIndex(index, { align });
    // Only a new choice scrolls, not each new row.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [selected]);
  const isPrinting = usePrinting();
  const shown = isPrinting
    ? rows.map((_, place) => ({ index: place, start: 0 }))
    : virtual.getVirtualItems();
  const move = (by: number) => {
    const next = rows[Math.min(rows.length - 1, Math.max(0, index + by))];
    if (next) onSelect(next.record.log_id);
  };
  return (
    <div
      ref={scroller}
      className="log-rows"
      role="listbox"
      aria-label="Log records, newest first"
      aria-activedescendant={index >= 0 ? `log-${selected}` : undefined}
      tabIndex={0}
      onScroll={({ currentTarget }) => onAtNewest(currentTarget.scrollTop < AWAY_PX)}
      onKeyDown={(event) => {
        if (event.key === "Escape" && selected) return onSelect("");
        const by = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        move(by);
      }}
    >
      <div style={isPrinting ? {} : { height: virtual.getTotalSize() }} className="log-rows-inner">
        {shown.map((item) => {
          const { record, isLate } = rows[item.index] as Row;
          const isSelected = record.log_id === selected;
          return (
            <div
              key={record.log_id}
              id={`log-${record.log_id}`}
              role="option"
              aria-selected={isSelected}
              data-index={item.index}
              ref={wrapLogs && !isPrinting ? virtual.measureElement : undefined}
              className={`log-row ${wrapLogs ? "is-wrapped" : ""} severity-${record.severity.toLowerCase()}`}
              style={{ transform: `translateY(${item.start}px)` }}
              onClick={() => onSelect(isSelected ? "" : record.log_id)}
            >
              {has("time") && (
                <time dateTime={record.ts}>{formatTime(new Date(record.ts), zone).slice(5)}</time>
              )}
              {has("severity") && <b>{record.severity}</b>}
              {has("source") && <bdi>{showControls(record.source)}</bdi>}
              {has("log_id") && <bdi>{record.log_id}</bdi>}
              {isLate && <i>late</i>}
              <bdi>{showControls(record.text).replaceAll("\n", "⏎")}</bdi>
            </div>
          );
        })}
      </div>
    </div>
  );
}
