import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useNavigate } from "react-router";
import { usePreferences } from "../../app/preferences";
import { AnswerLine } from "../../ui/AnswerLine";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { InternalLink } from "../../ui/InternalLink";
import { Title } from "../../ui/Title";
import { useUrlState } from "../../ui/useUrlState";
import { inZone, listWeeks, moveMonth, timeOf, type Day, type Message } from "./model";
import { useMessages } from "./queries";
import type { Occurrence } from "./series/model";
import { useOccurrences } from "./series/queries";
import { ChannelStatuses } from "./statuses";
import "./calendar.css";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const SHOWN_A_DAY = 3;
const SHOWN_LETTERS = 40;
const DAY_MS = 86_400_000;

/** A month of messages, each at its time in the chosen zone. */
export default function Calendar() {
  const [state, setState] = useUrlState();
  const { zone } = usePreferences();
  const navigate = useNavigate();
  const timeZone = zone === "utc" ? "UTC" : Intl.DateTimeFormat().resolvedOptions().timeZone;
  const month = /^\d{4}-\d{2}$/.test(state.month ?? "")
    ? (state.month as string)
    : new Date().toISOString().slice(0, 7);
  const weeks = listWeeks(month);
  const { data, pages } = useMessages({ status: "", channel: "", ...rangeOf(weeks) });
  const messages = data.flatMap((page) => page.messages);
  const coming = useOccurrences(rangeOf(weeks));
  const occurrences = (coming.data?.data.occurrences ?? []).filter(
    ({ status }) => status !== "skipped",
  );
  const name = new Date(`${month}-15T00:00:00Z`).toLocaleDateString("en", {
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
  return (
    <SpaceBetween size="l">
      <Title
        description={`Times in ${timeZone}`}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button
              iconName="angle-left"
              ariaLabel="Previous month"
              onClick={() => setState({ month: moveMonth(month, -1) })}
            />
            <Button
              iconName="angle-right"
              ariaLabel="Next month"
              onClick={() => setState({ month: moveMonth(month, 1) })}
            />
            <Button variant="primary" onClick={() => void navigate("/console/publisher/new")}>
              New message
            </Button>
          </SpaceBetween>
        }
      >
        {name}
      </Title>
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
      <table className="calendar">
        <caption className="unseen">{name}</caption>
        <thead>
          <tr>
            {DAYS.map((day) => (
              <th key={day} scope="col">
                <abbr title={day}>{day.slice(0, 3)}</abbr>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]?.date}>
              {week.map((day) => (
                <Cell
                  key={day.date}
                  day={day}
                  zone={timeZone}
                  messages={messages.filter(
                    (message) => inZone(timeOf(message), timeZone)[0] === day.date,
                  )}
                  occurrences={occurrences.filter(
                    ({ scheduled_at: at }) => inZone(at, timeZone)[0] === day.date,
                  )}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {messages.length === 0 && pages.receipt && <Box>No messages in this month.</Box>}
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

/** The range of the API, a day wider on both sides for the time zones. */
function rangeOf(weeks: Day[][]): { from: string; to: string } {
  const first = new Date(`${weeks[0]?.[0]?.date}T00:00:00Z`).getTime();
  const last = new Date(`${weeks.at(-1)?.[6]?.date}T00:00:00Z`).getTime();
  return {
    from: new Date(first - DAY_MS).toISOString(),
    to: new Date(last + 2 * DAY_MS).toISOString(),
  };
}

/** Shown where the days are a list. */
function nameDay(date: string): string {
  const day = new Date(`${date}T00:00:00Z`);
  return day.toLocaleDateString("en", { weekday: "short", timeZone: "UTC" });
}

function shorten(text: string): string {
  return text.length > SHOWN_LETTERS ? `${text.slice(0, SHOWN_LETTERS).trimEnd()}…` : text;
}

interface CellProps {
  day: Day;
  zone: string;
  messages: Message[];
  occurrences: Occurrence[];
}

function Cell({ day, zone, messages, occurrences }: CellProps) {
  const rest = messages.length - SHOWN_A_DAY;
  const isEmpty = messages.length + occurrences.length === 0;
  return (
    <td className={[day.inMonth ? "" : "other-month", isEmpty ? "is-empty" : ""].join(" ")}>
      <Box fontSize="body-s">
        <time dateTime={day.date}>
          <span className="weekday">{nameDay(day.date)} </span>
          {Number(day.date.slice(8))}
        </time>
      </Box>
      {messages.slice(0, SHOWN_A_DAY).map((message) => (
        <div key={message.id} className="tile">
          <InternalLink to={`/console/publisher/${message.id}`}>
            {`${inZone(timeOf(message), zone)[1]} ${shorten(message.content)}`}
          </InternalLink>
          <ChannelStatuses deliveries={message.channels} />
        </div>
      ))}
      {rest > 0 && <Box fontSize="body-s">+{rest} more</Box>}
      {occurrences.slice(0, SHOWN_A_DAY).map((occurrence) => (
        <div key={`${occurrence.series_id} ${occurrence.id}`} className="tile projected">
          <InternalLink to={`/console/series/${occurrence.series_id}`}>
            {`${inZone(occurrence.scheduled_at, zone)[1]} ${shorten(occurrence.text)}`}
          </InternalLink>
          <Box fontSize="body-s">of a series</Box>
        </div>
      ))}
      {occurrences.length > SHOWN_A_DAY && (
        <Box fontSize="body-s">+{occurrences.length - SHOWN_A_DAY} more of series</Box>
      )}
    </td>
  );
}
