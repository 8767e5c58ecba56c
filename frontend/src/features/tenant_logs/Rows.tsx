import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { usePageKey } from "../../app/pageKeys";
import { usePreferences } from "../../app/preferences";
import type { Column } from "./address";
import type { Row } from "./model";
import { RowLine } from "./RowLine";
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
  usePageKey("omnidata:next-row", () => step(1));
  usePageKey("omnidata:previous-row", () => step(-1));
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
          const row = rows[item.index] as Row;
          return (
            <RowLine
              key={row.record.log_id}
              row={row}
              index={item.index}
              startPx={item.start}
              isSelected={row.record.log_id === selected}
              isWrapped={wrapLogs}
              columns={columns}
              zone={zone}
              element={wrapLogs && !isPrinting ? virtual.measureElement : undefined}
              onSelect={onSelect}
            />
          );
        })}
      </div>
    </div>
  );
}
