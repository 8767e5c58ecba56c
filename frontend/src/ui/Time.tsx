import { usePreferences } from "../app/preferences";
import { describeMoment, formatTime } from "./time";

/** A time in the chosen zone; the other zone and its age are its tooltip. */
export function Time({ at }: { at: string | Date | null | undefined }) {
  const { zone } = usePreferences();
  if (!at) return <>–</>;
  const date = typeof at === "string" ? new Date(at) : at;
  return (
    <time dateTime={date.toISOString()} title={describeMoment(date, zone)}>
      {formatTime(date, zone)}
      {zone === "utc" ? " UTC" : ""}
    </time>
  );
}
