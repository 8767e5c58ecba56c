import { useState } from "react";
import { usePreferences } from "../../app/preferences";
import { Time } from "../../ui/Time";
import { formatTime } from "../../ui/time";
import { buildBars, describeCount, describeDays, type Histogram } from "./model";

const HEIGHT = 72;
const BAR = 10;

interface Props {
  histogram: Histogram;
  onNarrow: (from: string, to: string) => void;
}

/** Records over time, by severity; a drag over the bars narrows the range. */
export function HistogramChart({ histogram, onNarrow }: Props) {
  const { zone } = usePreferences();
  const [dragFrom, setDragFrom] = useState<number | null>(null);
  const [dragTo, setDragTo] = useState<number | null>(null);
  const bars = buildBars(histogram);
  const most = Math.max(1, ...bars.map(({ total }) => total));
  const height = (count: number) => (count / most) * HEIGHT;
  const endOf = (index: number) => {
    const begins = Date.parse(bars[index]?.at ?? "");
    return new Date(begins + histogram.interval_s * 1000).toISOString();
  };
  const finish = () => {
    if (dragFrom !== null && dragTo !== null) {
      const [first, last] = [Math.min(dragFrom, dragTo), Math.max(dragFrom, dragTo)];
      onNarrow(bars[first]?.at ?? "", endOf(last));
    }
    setDragFrom(null);
    setDragTo(null);
  };
  const isChosen = (index: number) =>
    dragFrom !== null &&
    dragTo !== null &&
    index >= Math.min(dragFrom, dragTo) &&
    index <= Math.max(dragFrom, dragTo);
  return (
    <figure className="log-counts">
      <svg
        className="log-histogram"
        viewBox={`0 0 ${bars.length * BAR} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${histogram.total.toLocaleString("en")} records over time`}
        onMouseUp={finish}
        onMouseLeave={() => setDragFrom(null)}
      >
        {bars.map(({ at, total, errors, warnings }, index) => (
          <g
            key={at}
            className={isChosen(index) ? "chosen" : undefined}
            onMouseDown={() => {
              setDragFrom(index);
              setDragTo(index);
            }}
            onMouseEnter={() => dragFrom !== null && setDragTo(index)}
          >
            <title>
              {`${formatTime(new Date(at), zone).slice(0, 19)}: ${total} records, ${warnings} warnings, ${errors} errors`}
            </title>
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
