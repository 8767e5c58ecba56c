import { memo, type Ref } from "react";
import { showControls } from "../../ui/text";
import { describeMoment, formatTime, type Zone } from "../../ui/time";
import type { Column } from "./address";
import type { Row } from "./model";

interface Props {
  row: Row;
  /** Its place among the rows, and where that is in pixels. */
  index: number;
  startPx: number;
  isSelected: boolean;
  isWrapped: boolean;
  columns: readonly Column[];
  zone: Zone;
  /** By which a row that wraps is measured. */
  element: Ref<HTMLDivElement> | undefined;
  onSelect: (logId: string) => void;
}

/** One record among others; rendered again only if it changes, not with each step of a scroll. */
export const RowLine = memo(function RowLine({ row: { record, isLate }, ...props }: Props) {
  const { columns, isSelected, isWrapped, zone, onSelect } = props;
  const at = new Date(record.ts);
  return (
    <div
      id={`log-${record.log_id}`}
      role="option"
      aria-selected={isSelected}
      data-index={props.index}
      ref={props.element}
      className={`log-row ${isWrapped ? "is-wrapped" : ""} severity-${record.severity.toLowerCase()}`}
      style={{ transform: `translateY(${props.startPx}px)` }}
      onClick={() => hasNoSelection() && onSelect(isSelected ? "" : record.log_id)}
    >
      {columns.includes("time") && (
        <time dateTime={record.ts} title={describeMoment(at, zone)}>
          {formatTime(at, zone).slice(5)}
        </time>
      )}
      {columns.includes("severity") && <b>{record.severity}</b>}
      {columns.includes("source") && <bdi>{showControls(record.source)}</bdi>}
      {columns.includes("log_id") && <bdi>{record.log_id}</bdi>}
      {isLate && <i>late</i>}
      <bdi>{showControls(record.text).replaceAll("\n", "⏎")}</bdi>
    </div>
  );
});

/** Whoever selects text of a row copies it, and opens nothing. */
function hasNoSelection(): boolean {
  return document.getSelection()?.isCollapsed ?? true;
}
