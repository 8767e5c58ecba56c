import "./stackedBars.css";

const WIDTH = 600;
const HEIGHT = 160;
const LABELS = 6;

export interface Bar {
  label: string;
  /** One count for each part, from the bottom to the top. */
  counts: number[];
}

interface Props {
  /** What is counted, for who does not see the bars. */
  name: string;
  /** What the parts of a bar are. */
  parts: string[];
  bars: Bar[];
}

/** Stacked bars over time, and the same counts as a table for whoever opens it. */
export function StackedBars({ name, parts, bars }: Props) {
  const most = Math.max(1, ...bars.map(total));
  const step = Math.max(1, Math.ceil(bars.length / LABELS));
  return (
    <figure className="stacked-bars">
      <div className="most">{most.toLocaleString("en")}</div>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${name}; the table below has the numbers`}
      >
        {bars.map((bar, index) => (
          <Column
            key={bar.label}
            bar={bar}
            index={index}
            of={bars.length}
            most={most}
            names={parts}
          />
        ))}
      </svg>
      <div className="labels" aria-hidden="true">
        {bars
          .filter((_, index) => index % step === 0)
          .map(({ label }) => (
            <span key={label}>{label}</span>
          ))}
      </div>
      <figcaption>
        {parts.map((part, index) => (
          <span key={part} className={`key part-${index}`}>
            {part}
          </span>
        ))}
      </figcaption>
      <NumbersTable name={name} parts={parts} bars={bars} />
    </figure>
  );
}

interface ColumnProps {
  bar: Bar;
  index: number;
  of: number;
  most: number;
  names: string[];
}

function Column({ bar, index, of, most, names }: ColumnProps) {
  const width = WIDTH / of;
  const heightOf = (count: number) => (count / most) * HEIGHT;
  const counted = bar.counts.map((count, part) => `${names[part]} ${count}`).join(", ");
  return (
    <g>
      <title>{`${bar.label}: ${counted}`}</title>
      <rect className="whole" x={index * width} y={0} width={width} height={HEIGHT} />
      {bar.counts.map((count, part) => {
        const below = bar.counts.slice(0, part + 1).reduce((sum, height) => sum + height, 0);
        return (
          <rect
            key={part}
            className={`part-${part}`}
            x={index * width + width * 0.1}
            y={HEIGHT - heightOf(below)}
            width={width * 0.8}
            height={heightOf(count)}
          />
        );
      })}
    </g>
  );
}

function NumbersTable({ name, parts, bars }: Props) {
  return (
    <details>
      <summary>The numbers as a table</summary>
      <table>
        <caption className="unseen">{name}</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {parts.map((part) => (
              <th key={part} scope="col">
                {part}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bars
            .filter((bar) => total(bar) > 0)
            .map((bar) => (
              <tr key={bar.label}>
                <th scope="row">{bar.label}</th>
                {bar.counts.map((count, part) => (
                  <td key={parts[part]}>{count}</td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </details>
  );
}

function total({ counts }: Bar): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
