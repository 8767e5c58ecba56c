import DatePicker from "@cloudscape-design/components/date-picker";
import FormField from "@cloudscape-design/components/form-field";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import TimeInput from "@cloudscape-design/components/time-input";
import { ZoneField } from "./ZoneField";
import { DEFAULT_TIME, type Draft, type LocalTime } from "./model";
import { describeMoment } from "./moments";
import { RepeatField } from "./series/RepeatField";

interface Props {
  draft: Draft;
  mayRepeat: boolean;
  onChange: (part: Partial<Draft>) => void;
}

/** Now, or at a local time of a zone. */
export function WhenField({ draft, mayRepeat, onChange }: Props) {
  return (
    <SpaceBetween size="s">
      <FormField label="When">
        <RadioGroup
          value={draft.when}
          items={[
            { value: "now", label: "Now" },
            { value: "later", label: "At a time" },
          ]}
          onChange={({ detail }) => onChange({ when: detail.value as Draft["when"] })}
        />
      </FormField>
      {draft.when === "later" && <TimeFields time={draft} onChange={onChange} />}
      {draft.when === "later" && mayRepeat && !draft.filling && (
        <RepeatField repeat={draft.repeat} onChange={(repeat) => onChange({ repeat })} />
      )}
    </SpaceBetween>
  );
}

/** When a series begins, and how it recurs. */
export function RecurrenceField({ draft, onChange }: Omit<Props, "mayRepeat">) {
  return (
    <SpaceBetween size="s">
      <TimeFields time={draft} onChange={onChange} />
      <RepeatField isNeeded repeat={draft.repeat} onChange={(repeat) => onChange({ repeat })} />
    </SpaceBetween>
  );
}

interface TimeFieldsProps {
  time: LocalTime;
  onChange: (part: Partial<LocalTime>) => void;
  /** The first day that can be chosen; any if absent. */
  firstDay?: string;
}

/** A day, a time of it and the zone that both are in. */
export function TimeFields({
  time: { localTime, timeZone },
  onChange,
  firstDay = "",
}: TimeFieldsProps) {
  const [date = "", time = ""] = localTime.split("T");
  const set = (nextDate: string, nextTime: string) =>
    onChange({ localTime: nextDate ? `${nextDate}T${nextTime || DEFAULT_TIME}` : "" });
  return (
    <SpaceBetween direction="horizontal" size="s" alignItems="end">
      <FormField label="Day">
        <DatePicker
          value={date}
          placeholder="YYYY/MM/DD"
          todayAriaLabel="Today"
          openCalendarAriaLabel={(chosen) => `Choose the day${chosen ? `, now ${chosen}` : ""}`}
          nextMonthAriaLabel="Next month"
          previousMonthAriaLabel="Previous month"
          isDateEnabled={(day) => toDay(day) >= firstDay}
          dateDisabledReason={(day) => (toDay(day) < firstDay ? "This day is over." : "")}
          onChange={({ detail }) => set(detail.value, time)}
        />
      </FormField>
      <FormField label="Time">
        <TimeInput
          value={time}
          format="hh:mm"
          placeholder="hh:mm"
          onChange={({ detail }) => set(date, detail.value)}
        />
      </FormField>
      <ZoneField zone={timeZone} onChange={(chosen) => onChange({ timeZone: chosen })} />
      <div role="status">{describeMoment({ localTime, timeZone })}</div>
    </SpaceBetween>
  );
}

/** The picker's days begin at the browser's midnight. */
function toDay(date: Date): string {
  return date.toLocaleDateString("sv-SE");
}
