import { withSubjects } from "../editing";
import type { Draft } from "../model";
import { wordsOf } from "../useDraftMessage";
import { buildSeries, readRule, type Series, type SeriesChange } from "./model";

/** A series as the composer's fields have it. */
export function draftOfSeries(series: Series): Draft {
  return {
    ...wordsOf(series, series.channels),
    when: "later",
    localTime: localStart(series),
    timeZone: series.time_zone,
    repeat: readRule(series.rrule),
  };
}

/** What is written of a series; null while it cannot be one. Its timing is there if it changed. */
export function buildSeriesChange(draft: Draft, before: Series): SeriesChange | null {
  const written = buildSeries(draft);
  if (!written) return null;
  const { content, channels, media = [], subject, recipients, rrule } = written;
  return {
    content,
    channels,
    media,
    subject: subject ?? null,
    recipients: recipients ?? null,
    overrides: withSubjects(written.overrides ?? {}, before.overrides, channels),
    ...(rrule !== before.rrule && { rrule }),
    ...(draft.localTime !== localStart(before) && { starts_at: draft.localTime }),
    ...(draft.timeZone !== before.time_zone && { time_zone: draft.timeZone }),
  };
}

/** Whether it recurs at other times; what was changed of single occurrences is undone then. */
export function isRetimed({ rrule, starts_at: start, time_zone: zone }: SeriesChange): boolean {
  return Boolean(rrule ?? start ?? zone);
}

/** As the fields have it: `2029-01-01T09:00`. */
function localStart({ starts_at: start }: Series): string {
  return start.slice(0, 16);
}
