import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { usePageKey } from "../../app/pageKeys";
import { usePreferences } from "../../app/preferences";
import { showControls } from "../../ui/text";
import { describeMoment, formatTime } from "../../ui/time";
import type { Column } from "./address";
import type { Row } from "./model";
import { usePrinting } from "./usePrinting";

const ROW_PX = 22;
const AWAY_PX = 2 * ROW_PX;

interface Props {
  rows: Row[];
  columns: readonly Column[];
  selected: string;
  onSelect: (logId: string) => void;
  /** Go to what is chosen. */
  onEnter: () => void;
  /** Whether the newest rows are in sight. */
  onAtNewest: (isThere: boolean) => void;
}

/**
 * The records, of which only those in sight are in the page, and on paper all. Arrow keys move the
 * choice, and wherever the focus is `j` and `k`.
 */
export function Rows({ rows, columns, selected, onSelect, onEnter, onAtNewest }: Props) {
  const { zone, wrapLogs } = usePreferences();
  const has = (name: Column) => columns.includes(name);
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
  const step = (by: number) => {
    scroller.current?.focus({ preventScroll: true });
    move(by);
  };
  usePageKey("omnidata:next", () => step(1));
  usePageKey("omnidata:previous", () => step(-1));
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
        const by = { ArrowDown: 1, ArrowUp: -1, Enter: 0 }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        if (by !== 0) move(by);
        else if (index >= 0) onEnter();
        else move(1 + (virtual.range?.startIndex ?? 0)); // the first in sight
      }}
    >
      <div style={isPrinting ? {} : { height: virtual.getTotalSize() }} className="log-rows-inner">
        {shown.map((item) => {
          const { record, isLate } = rows[item.index] as Row;
          const isSelected = record.log_id === selected;
          const at = new Date(record.ts);
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
              onClick={() => hasNoSelection() && onSelect(isSelected ? "" : record.log_id)}
            >
              {has("time") && (
                <time dateTime={record.ts} title={describeMoment(at, zone)}>
                  {formatTime(at, zone).slice(5)}
                </time>
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

/** Whoever selects text of a row copies it, and opens nothing. */
function hasNoSelection(): boolean {
  return document.getSelection()?.isCollapsed ?? true;
}
