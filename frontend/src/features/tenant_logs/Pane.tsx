import Button from "@cloudscape-design/components/button";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useRef, useState, type ReactNode, type RefObject } from "react";
import { usePreferences } from "../../app/preferences";
import type { Column } from "./address";
import { sumLate, type Row } from "./model";
import { Rows } from "./Rows";
import { useRoom } from "./useRoom";

interface Props {
  rows: Row[];
  columns: readonly Column[];
  selected: string;
  onSelect: (logId: string) => void;
  onAtNewest: (isThere: boolean) => void;
  isLoading: boolean;
  /** Whether the rows are those of before, until others are read. */
  isStale: boolean;
  /** How many rows wait until the pause ends; null without a pause. */
  waiting: number | null;
  onGoOn: () => void;
  /** Changes when the rows begin at their newest again. */
  round: number;
  element: RefObject<HTMLDivElement | null>;
  /** What is beside the rows: the record that is open. */
  children: ReactNode;
}

/** The rows, below what has to be said of them. */
export function Pane({ rows, element, children, waiting, ...props }: Props) {
  const { wrapLogs } = usePreferences();
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const whole = useRef<HTMLDivElement>(null);
  useRoom(whole);
  const late = sumLate(rows, seen);
  const dismiss = () => setSeen(new Set([...seen, ...late.logIds]));
  return (
    <div className={children ? "log-split" : undefined} ref={whole}>
      <div className={`log-pane ${props.isStale ? "is-stale" : ""}`} ref={element}>
        {waiting !== null && (
          <div className="log-bar log-paused" role="status">
            Paused: {waiting > 0 ? waiting.toLocaleString("en") : "nothing"} new.{" "}
            <Button variant="inline-link" onClick={props.onGoOn}>
              Go on
            </Button>{" "}
            (t)
          </div>
        )}
        <Rows
          key={`${props.round} ${wrapLogs}`}
          rows={rows}
          columns={props.columns}
          selected={props.selected}
          onSelect={props.onSelect}
          onEnter={() => whole.current?.querySelector<HTMLElement>(".log-panel")?.focus()}
          onAtNewest={props.onAtNewest}
        />
        {props.isLoading && rows.length === 0 && (
          <div className="log-loading">
            <StatusIndicator type="loading">Loading the logs</StatusIndicator>
          </div>
        )}
        {late.logIds.length > 0 && (
          <div className="log-bar log-late" role="status">
            {late.logIds.length.toLocaleString("en")} arrived late ({late.byS.toLocaleString("en")}{" "}
            s).{" "}
            <Button
              variant="inline-link"
              onClick={() => {
                dismiss();
                props.onSelect(late.logIds[0] ?? "");
              }}
            >
              Show
            </Button>{" "}
            <Button variant="inline-icon" iconName="close" ariaLabel="Dismiss" onClick={dismiss} />
          </div>
        )}
      </div>
      {children}
    </div>
  );
}
