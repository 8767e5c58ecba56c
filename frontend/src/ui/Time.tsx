import { usePreferences } from "../app/preferences";
import { describeMoment, formatAge, formatTime } from "./time";

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
  const text = `${formatTime(date, zone)}${zone === "utc" ? " UTC" : ""}`;
  const moment = describeMoment(date, zone);
  return (
    <time dateTime={date.toISOString()} title={relative ? `${text}, ${moment}` : moment}>
      {relative ? formatAge(date, new Date()) : text}
    </time>
  );
}
