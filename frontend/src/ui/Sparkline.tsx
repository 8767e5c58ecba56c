import "./sparkline.css";

const BAR = 4;
const HEIGHT = 32;

/** A small chart without axes, beside the number that says what it shows. */
export function Sparkline({ heights }: { heights: readonly number[] }) {
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${heights.length * BAR} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {heights.map((height, index) => (
        <rect
          key={index}
          x={index * BAR}
          y={HEIGHT - height * HEIGHT}
          width={BAR - 1}
          height={height * HEIGHT}
        />
      ))}
    </svg>
  );
}

/** The heights of such a chart, 0 to 1. */
export function scale(counts: readonly number[]): number[] {
  const most = Math.max(1, ...counts);
  return counts.map((count) => count / most);
}
