import { inZone, moveDay, timeOf, type LocalTime, type Message } from "./model";

const DAY_MS = 86_400_000;

/** When a message is to go out, in its own time zone; `zone` for one without. */
export function readTime(message: Message, zone: string): LocalTime {
  const timeZone = message.time_zone ?? zone;
  return { localTime: inZone(timeOf(message), timeZone).join("T"), timeZone };
}

/** The same time of the day on another one, which is named as the calendar of `zone` shows it. */
export function moveToDay(message: Message, day: string, zone: string): LocalTime {
  const [shown] = inZone(timeOf(message), zone);
  const { localTime, timeZone } = readTime(message, zone);
  const [date = "", time = ""] = localTime.split("T");
  const days = (Date.parse(day) - Date.parse(shown)) / DAY_MS;
  return { localTime: `${moveDay(date, days)}T${time}`, timeZone };
}

/** Why nothing can be published on a day; "" if it can. */
export function refuseDay(day: string, today: string): string {
  return day < today ? `${day} is over: choose today or a later day.` : "";
}
