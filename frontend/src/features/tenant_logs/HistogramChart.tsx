import { useState, type KeyboardEvent } from "react";
import { usePreferences } from "../../app/preferences";
import { Time } from "../../ui/Time";
import { formatTime } from "../../ui/time";
import { buildBars, describeCount, describeDays, type Bar, type Histogram } from "./model";

const HEIGHT = 72;
const BAR = 10;

interface Props {
  histogram: Histogram;
  onNarrow: (from: string, to: string) => void;
}

/**
 * Records over time, by severity; a drag over the bars narrows the range. So do the keys of a slider:
 * arrows go from bar to bar, with Shift they take more, Enter narrows.
 */
export function HistogramChart({ histogram, onNarrow }: Props) {
  const { zone } = usePreferences();
  const [isDragging, setDragging] = useState(false);
  const [from, setFrom] = useState<number | null>(null);
  const [to, setTo] = useState<number | null>(null);
  const bars = buildBars(histogram);
  const most = Math.max(1, ...bars.map(({ total }) => total));
  const height = (count: number) => (count / most) * HEIGHT;
  const endOf = (index: number) => {
    const begins = Date.parse(bars[index]?.at ?? "");
    return new Date(begins + histogram.interval_s * 1000).toISOString();
  };
  const choose = (first: number | null, last: number | null) => {
    setFrom(first);
    setTo(last);
  };
  const forget = () => {
    setDragging(false);
    choose(null, null);
  };
  const finish = () => {
    if (from !== null && to !== null) {
      onNarrow(bars[Math.min(from, to)]?.at ?? "", endOf(Math.max(from, to)));
    }
    forget();
  };
  const isChosen = (index: number) =>
    from !== null && to !== null && index >= Math.min(from, to) && index <= Math.max(from, to);
  const onKey = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, Enter: 0, Escape: 0 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    if (by === 0) return event.key === "Enter" ? finish() : forget();
    const next = Math.min(bars.length - 1, Math.max(0, (to ?? bars.length) + by));
    choose(event.shiftKey && from !== null ? from : next, next);
  };
  const describe = ({ at, total, warnings, errors }: Bar) =>
    `${formatTime(new Date(at), zone).slice(0, 19)}: ${total} records, ${warnings} warnings, ${errors} errors`;
  const current = bars[to ?? bars.length - 1];
  return (
    <figure className="log-counts">
      <svg
        className="log-histogram"
        viewBox={`0 0 ${bars.length * BAR} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="slider"
        tabIndex={0}
        aria-label={`${histogram.total.toLocaleString("en")} records over time`}
        aria-valuemin={0}
        aria-valuemax={bars.length - 1}
        aria-valuenow={to ?? bars.length - 1}
        aria-valuetext={current && describe(current)}
        onKeyDown={onKey}
        onBlur={forget}
        onMouseUp={finish}
        onMouseLeave={() => isDragging && forget()}
      >
        {bars.map(({ at, total, errors, warnings }, index) => (
          <g
            key={at}
            className={isChosen(index) ? "chosen" : undefined}
            onMouseDown={() => {
              setDragging(true);
              choose(index, index);
            }}
            onMouseEnter={() => isDragging && setTo(index)}
          >
            <title>{describe({ at, total, errors, warnings })}</title>
            <rect className="whole" x={index * BAR} y={0} width={BAR} height={HEIGHT} />
            <rect
              className="info"
              x={index * BAR + 1}
              y={HEIGHT - height(total)}
              width={BAR - 2}
              height={height(total)}
            />
            <rect
              className="warn"
              x={index * BAR + 1}
              y={HEIGHT - height(warnings + errors)}
              width={BAR - 2}
              height={height(warnings + errors)}
            />
            <rect
              className="error"
              x={index * BAR + 1}
              y={HEIGHT - height(errors)}
              width={BAR - 2}
              height={height(errors)}
            />
          </g>
        ))}
      </svg>
      <figcaption>
        <Time at={bars[0]?.at} />
        <span>
          <i className="all" /> all <i className="warn" /> warnings <i className="error" /> errors ·
          drag to narrow · {describeCount(histogram)} · kept for{" "}
          {describeDays(histogram.retention_days)}
        </span>
        <Time at={bars.length ? endOf(bars.length - 1) : null} />
      </figcaption>
    </figure>
  );
}
