import { usePreferences } from "../app/preferences";
import { formatAge, formatTime } from "./time";

/** A time in the chosen zone; the other zone and its age are its tooltip. */
export function Time({ at }: { at: string | Date | null | undefined }) {
  const { zone } = usePreferences();
  if (!at) return <>–</>;
  const date = typeof at === "string" ? new Date(at) : at;
  const other = zone === "utc" ? "local" : "utc";
  const title = `${formatTime(date, other)} ${other === "utc" ? "UTC" : "local time"}, ${formatAge(date, new Date())}`;
  return (
    <time dateTime={date.toISOString()} title={title}>
      {formatTime(date, zone)}
      {zone === "utc" ? " UTC" : ""}
    </time>
  );
}
