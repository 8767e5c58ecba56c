import DatePicker from "@cloudscape-design/components/date-picker";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Multiselect from "@cloudscape-design/components/multiselect";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { FREQUENCIES, WEEKDAYS, type Frequency, type Repeat } from "./model";

const FREQUENCY_OPTIONS = Object.entries(FREQUENCIES).map(([value, label]) => ({ value, label }));
const DAY_OPTIONS = Object.entries(WEEKDAYS).map(([value, label]) => ({ value, label }));
const END_OPTIONS = [
  { value: "count", label: "after so many times" },
  { value: "until", label: "on a day" },
];

interface Props {
  repeat: Repeat;
  /** Of a series that exists: not to repeat is no choice. */
  isNeeded?: boolean;
  onChange: (repeat: Repeat) => void;
}

/** How often a message recurs, on which days, and until when. */
export function RepeatField({ repeat, isNeeded = false, onChange }: Props) {
  const set = (part: Partial<Repeat>) => onChange({ ...repeat, ...part });
  const hasFields = repeat.freq !== "" && repeat.freq !== "RULE";
  return (
    <SpaceBetween direction="horizontal" size="s">
      <FormField label="Repeat">
        <Select
          selectedOption={{ value: repeat.freq, label: FREQUENCIES[repeat.freq] }}
          options={FREQUENCY_OPTIONS.filter(({ value }) => value || !isNeeded)}
          onChange={({ detail }) => set({ freq: detail.selectedOption.value as Frequency })}
        />
      </FormField>
      {repeat.freq === "WEEKLY" && (
        <FormField label="On">
          <Multiselect
            placeholder="the day it begins"
            selectedOptions={DAY_OPTIONS.filter(({ value }) => repeat.weekdays.includes(value))}
            options={DAY_OPTIONS}
            onChange={({ detail }) => {
              const chosen = detail.selectedOptions.map(({ value }) => value);
              set({ weekdays: Object.keys(WEEKDAYS).filter((day) => chosen.includes(day)) });
            }}
          />
        </FormField>
      )}
      {repeat.freq === "RULE" && (
        <FormField label="Rule" description="An RFC 5545 rule with COUNT or UNTIL">
          <Input
            value={repeat.rule}
            spellcheck={false}
            placeholder="FREQ=MONTHLY;BYDAY=1MO;COUNT=12"
            onChange={({ detail }) => set({ rule: detail.value })}
          />
        </FormField>
      )}
      {hasFields && (
        <FormField label="It ends">
          <Select
            selectedOption={END_OPTIONS.find(({ value }) => value === repeat.end) ?? null}
            options={END_OPTIONS}
            onChange={({ detail }) => set({ end: detail.selectedOption.value as Repeat["end"] })}
          />
        </FormField>
      )}
      {hasFields && repeat.end === "count" && (
        <FormField label="Times">
          <Input
            type="number"
            value={repeat.count}
            onChange={({ detail }) => set({ count: detail.value })}
          />
        </FormField>
      )}
      {hasFields && repeat.end === "until" && (
        <FormField label="Last day">
          <DatePicker
            value={repeat.until}
            placeholder="YYYY/MM/DD"
            todayAriaLabel="Today"
            openCalendarAriaLabel={(chosen) =>
              `Choose the last day${chosen ? `, now ${chosen}` : ""}`
            }
            nextMonthAriaLabel="Next month"
            previousMonthAriaLabel="Previous month"
            onChange={({ detail }) => set({ until: detail.value })}
          />
        </FormField>
      )}
    </SpaceBetween>
  );
}
