import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useConsole } from "../../app/context";
import { addNotice } from "../../app/notices";
import { usePreferences } from "../../app/preferences";
import { AnswerLine } from "../../ui/AnswerLine";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { lazyPart } from "../../ui/lazyPart";
import { LiveDot } from "../../ui/LiveDot";
import { Title } from "../../ui/Title";
import { useMatches } from "../../ui/useMatches";
import { useUrlState, type UrlState } from "../../ui/useUrlState";
import { CalendarFilters, readFilters } from "./CalendarFilters";
import {
  inZone,
  listWeeks,
  moveDay,
  moveMonth,
  ZONES,
  type Day,
  type LocalTime,
  type Message,
} from "./model";
import { Month } from "./Month";
import { MoveMessage } from "./MoveMessage";
import { moveToDay, readTime, refuseDay } from "./moving";
import { useMessages } from "./queries";
import { pickOccurrences } from "./series/model";
import { useOccurrences } from "./series/queries";
import { useMove } from "./useMove";

const CalendarLink = lazyPart(() => import("./exchange/CalendarLink"), { isExtra: true });

const EVERY_MS = 30_000;
const NARROW = "(width < 688px)"; // days side by side would be too thin to read

/** A month of messages, each at its time in the chosen zone, as a grid or as a list of days. */
export default function Calendar() {
  const [state, setState] = useUrlState();
  const navigate = useNavigate();
  const mayWrite = useConsole().me.may.includes("messages.write");
  const [moving, setMoving] = useState<{ message: Message; to?: LocalTime } | null>(null);
  const move = useMove();
  const timeZone = useZone(state);
  const filters = readFilters(state);
  const isNarrow = useMatches(NARROW);
  const [today] = inZone(new Date().toISOString(), timeZone);
  // Where the keys lead, until the address says so too: keys may come faster than it changes.
  const [moved, setMoved] = useState<string | null>(null);
  if (moved !== null && state.day === moved) setMoved(null);
  const addressed = /^\d{4}-\d{2}$/.test(state.month ?? "")
    ? (state.month as string)
    : today.slice(0, 7);
  const month = moved && !isShown(moved, listWeeks(addressed)) ? moved.slice(0, 7) : addressed;
  const weeks = listWeeks(month);
  const { data, pages } = useMessages({ ...filters, ...rangeOf(weeks) }, EVERY_MS);
  const messages = data.flatMap((page) => page.messages);
  const coming = useOccurrences(rangeOf(weeks), EVERY_MS);
  const occurrences = pickOccurrences(coming.data?.data.occurrences ?? [], filters);
  const name = nameMonth(month);
  const write = (day: string) => {
    const query = new URLSearchParams({ day, tz: timeZone });
    if (isOpen(day)) void navigate(`/console/publisher/new?${query}`);
  };
  const isOpen = (day: string) => {
    const content = refuseDay(day, today);
    if (content) addNotice({ type: "info", content }, "past-day");
    return !content;
  };
  const drop = (message: Message, day: string) => {
    const to = moveToDay(message, day, timeZone);
    const isSame = to.localTime === readTime(message, timeZone).localTime;
    if (isSame || !isOpen(day)) return;
    // A draft has no time yet: it is asked for.
    if (!message.scheduled_at) setMoving({ message, to });
    else move.mutate({ message, to: { scheduled_at: to.localTime, time_zone: to.timeZone } });
  };
  return (
    <SpaceBetween size="l">
      <Title
        description={`Times in ${timeZone}`}
        info={<LiveDot at={pages.receipt?.at} isLive error={pages.error} everyMs={EVERY_MS} />}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button
              iconName="angle-left"
              ariaLabel="Previous month"
              onClick={() => setState({ month: moveMonth(month, -1), day: null })}
            />
            <Button
              iconName="angle-right"
              ariaLabel="Next month"
              onClick={() => setState({ month: moveMonth(month, 1), day: null })}
            />
            {mayWrite && <Button onClick={() => setState({ link: "1" })}>Calendar link</Button>}
            <Button variant="primary" onClick={() => void navigate("/console/publisher/new")}>
              New message
            </Button>
          </SpaceBetween>
        }
      >
        {name}
      </Title>
      <CalendarFilters
        filters={filters}
        isList={state.view === "list"}
        zone={timeZone}
        onChange={setState}
      />
      {pages.error && (
        <ErrorAlert error={pages.error} what="The month could not be read" onRetry={pages.reload} />
      )}
      {coming.error && (
        <ErrorAlert
          error={coming.error}
          what="What is to come of series could not be read"
          onRetry={() => void coming.refetch()}
        />
      )}
      {move.error && <ErrorAlert error={move.error} what="It was not moved" />}
      <Month
        name={name}
        weeks={weeks}
        messages={messages}
        occurrences={occurrences}
        zone={timeZone}
        isList={isNarrow || state.view === "list"}
        day={pickDay(moved ?? state.day ?? "", month, today, weeks)}
        onDay={(day) => {
          setMoved(day);
          setState({ day, month: isShown(day, weeks) ? month : day.slice(0, 7) }, { typing: true });
        }}
        onMove={mayWrite ? (message) => setMoving({ message }) : null}
        onDrop={mayWrite ? drop : null}
        onNew={mayWrite ? write : null}
      />
      {mayWrite && state.link && <CalendarLink onClose={() => setState({ link: null })} />}
      {moving && (
        <MoveMessage
          message={moving.message}
          zone={timeZone}
          initial={moving.to}
          onClose={() => setMoving(null)}
        />
      )}
      {messages.length === 0 && pages.receipt && <Nothing isFiltered={isFiltered(filters)} />}
      {pages.hasMore && <Button onClick={pages.loadMore}>Load more of this month</Button>}
      {pages.receipt && (
        <AnswerLine
          shown={messages.length}
          what="messages"
          complete={!pages.hasMore}
          receipt={pages.receipt}
        />
      )}
    </SpaceBetween>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  return <Box>No messages {isFiltered ? "of these filters " : ""}in this month.</Box>;
}

function isFiltered({ status, channel }: ReturnType<typeof readFilters>): boolean {
  return Boolean(status || channel);
}

/** The zone that the address names, else that of the settings. */
function useZone({ tz }: UrlState): string {
  const { zone } = usePreferences();
  if (tz && ZONES.includes(tz)) return tz;
  return zone === "utc" ? "UTC" : Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function nameMonth(month: string): string {
  const middle = new Date(`${month}-15T00:00:00Z`);
  return middle.toLocaleDateString("en", { month: "long", year: "numeric", timeZone: "UTC" });
}

function isShown(day: string, weeks: Day[][]): boolean {
  return weeks.some((week) => week.some(({ date }) => date === day));
}

/** The day that has the keyboard: the chosen one, else today, else the month's first. */
function pickDay(chosen: string, month: string, today: string, weeks: Day[][]): string {
  return [chosen, today].find((date) => isShown(date, weeks)) ?? `${month}-01`;
}

/** The range of the API, a day wider on both sides for the time zones. */
function rangeOf(weeks: Day[][]): { from: string; to: string } {
  const [first = "", last = ""] = [weeks[0]?.[0]?.date, weeks.at(-1)?.[6]?.date];
  return { from: `${moveDay(first, -1)}T00:00:00.000Z`, to: `${moveDay(last, 2)}T00:00:00.000Z` };
}
