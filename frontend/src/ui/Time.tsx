import { usePreferences } from "../app/preferences";
import { formatAge, formatTime } from "./time";

interface Props {
  at: string | Date | null | undefined;
  /** Show how long ago or ahead it is; its tooltip then begins with the time. */
  relative?: boolean;
}

/** A time in the chosen zone; the other zone and its age are its tooltip. */
export function Time({ at, relative = false }: Props) {
  const { zone } = usePreferences();
  if (!at) return <>–</>;
  const date = typeof at === "string" ? new Date(at) : at;
  const other = zone === "utc" ? "local" : "utc";
  const age = formatAge(date, new Date());
  const here = `${formatTime(date, zone)}${zone === "utc" ? " UTC" : ""}`;
  const there = `${formatTime(date, other)} ${other === "utc" ? "UTC" : "local time"}`;
  return (
    <time
      dateTime={date.toISOString()}
      title={`${relative ? here : there}, ${relative ? there : age}`}
    >
      {relative ? age : here}
    </time>
  );
}
