import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { InternalLink } from "../../ui/InternalLink";
import {
  dayAfterKey,
  inZone,
  isMovable,
  shorten,
  shownDayAfterKey,
  timeOf,
  type Day,
  type Message,
} from "./model";
import type { Occurrence } from "./series/model";
import { Projected } from "./series/Projected";
import { ChannelStatuses } from "./statuses";
import { useDragging } from "./useDragging";
import "./calendar.css";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const SHOWN_A_DAY = 3;

interface Props {
  name: string;
  weeks: Day[][];
  messages: Message[];
  /** What is to come of series. */
  occurrences: Occurrence[];
  zone: string;
  /** One day below the other, and only those with something. */
  isList: boolean;
  /** The one day that Tab stops at; the keys move it. */
  day: string;
  onDay: (day: string) => void;
  /** Null for who may not write. */
  onMove: ((message: Message) => void) | null;
  onNew: ((day: string) => void) | null;
  /** A message was dragged to a day. */
  onDrop: ((message: Message, day: string) => void) | null;
}

/**
 * The days of a month as a table. Arrows, Home, End and Page Up and Down move between days, Enter
 * goes to the day's first message and Escape back, `n` writes one, `m` moves the one at hand.
 */
export function Month({ name, weeks, zone, day, onDay, onMove, onNew, onDrop, ...shown }: Props) {
  const { messages, occurrences, isList } = shown;
  const dragging = useDragging(messages, onDrop);
  const table = useRef<HTMLTableElement>(null);
  const isMoving = useRef(false);
  useEffect(() => {
    if (isMoving.current) focusDay(table.current, day);
    isMoving.current = false;
  }, [day]);
  const follow = (key: string) => {
    if (!isList) return dayAfterKey(key, day);
    const cells = table.current?.querySelectorAll<HTMLElement>("td:not(.is-empty)") ?? [];
    return shownDayAfterKey(
      key,
      day,
      Array.from(cells, ({ dataset }) => dataset.date ?? ""),
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof Element))
      return;
    const cell = event.target.closest("td");
    if (!cell) return;
    const next = event.target === cell ? follow(event.key) : null;
    if (next) {
      isMoving.current = true;
      onDay(next);
    } else if (event.key === "Enter" && event.target === cell) {
      cell.querySelector<HTMLElement>(".tile a")?.focus();
    } else if (event.key === "Escape" && event.target !== cell) {
      cell.focus();
    } else if (event.key === "n" && onNew) {
      onNew(cell.dataset.date ?? day);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <table
      ref={table}
      className={isList ? "calendar as-list" : "calendar"}
      role="grid"
      onKeyDown={onKeyDown}
      {...dragging}
    >
      <caption className="unseen">{name}</caption>
      <thead>
        <tr>
          {DAYS.map((weekday) => (
            <th key={weekday} scope="col">
              <abbr title={weekday}>{weekday.slice(0, 3)}</abbr>
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {weeks.map((week) => (
          <tr key={week[0]?.date} role="row">
            {week.map((one) => (
              <Cell
                key={one.date}
                day={one}
                zone={zone}
                isStop={one.date === day}
                onFocus={() => onDay(one.date)}
                onMove={onMove}
                messages={messages.filter(
                  (message) => inZone(timeOf(message), zone)[0] === one.date,
                )}
                occurrences={occurrences.filter(
                  ({ scheduled_at: at }) => inZone(at, zone)[0] === one.date,
                )}
              />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function focusDay(table: HTMLTableElement | null, day: string): void {
  table?.querySelector<HTMLElement>(`[data-date="${day}"]`)?.focus();
}

interface CellProps {
  day: Day;
  zone: string;
  messages: Message[];
  occurrences: Occurrence[];
  isStop: boolean;
  onFocus: () => void;
  onMove: ((message: Message) => void) | null;
}

function Cell({ day, zone, messages, occurrences, isStop, onFocus, onMove }: CellProps) {
  const [isWhole, setWhole] = useState(false);
  const rest = messages.length - SHOWN_A_DAY;
  const isEmpty = messages.length + occurrences.length === 0;
  return (
    <td
      role="gridcell"
      className={[day.inMonth ? "" : "other-month", isEmpty ? "is-empty" : ""].join(" ")}
      data-date={day.date}
      tabIndex={isStop ? 0 : -1}
      onFocus={isStop ? undefined : onFocus}
    >
      <Box fontSize="body-s">
        <time dateTime={day.date}>
          <span className="of-list">{nameIn(day.date, { weekday: "short" })} </span>
          {Number(day.date.slice(8))}
          {!day.inMonth && <span className="of-list"> {nameIn(day.date, { month: "short" })}</span>}
        </time>
      </Box>
      {messages.slice(0, isWhole ? messages.length : SHOWN_A_DAY).map((message) => (
        <Tile key={message.id} message={message} zone={zone} onMove={onMove} />
      ))}
      {rest > 0 && !isWhole && (
        <Button variant="inline-link" onClick={() => setWhole(true)}>
          +{rest} more
        </Button>
      )}
      <Projected occurrences={occurrences} zone={zone} />
    </td>
  );
}

function Tile({
  message,
  zone,
  onMove,
}: Pick<CellProps, "zone" | "onMove"> & { message: Message }) {
  const move = onMove && isMovable(message) ? () => onMove(message) : null;
  return (
    <div
      className="tile"
      draggable={move !== null}
      data-message={message.id}
      onKeyDown={(event) => {
        if (event.key === "m" && !event.ctrlKey && !event.metaKey) move?.();
      }}
    >
      <InternalLink to={`/console/publisher/${message.id}`}>
        {`${inZone(timeOf(message), zone)[1]} ${shorten(message.content)}`}
      </InternalLink>
      {move && (
        <Button
          variant="inline-icon"
          iconName="calendar"
          ariaLabel={`Move ${shorten(message.content)} to …`}
          onClick={move}
        />
      )}
      <ChannelStatuses deliveries={message.channels} />
    </div>
  );
}

/** A part of a day's name, shown where the days are a list. */
function nameIn(date: string, part: Intl.DateTimeFormatOptions): string {
  const day = new Date(`${date}T00:00:00Z`);
  return day.toLocaleDateString("en", { ...part, timeZone: "UTC" });
}
