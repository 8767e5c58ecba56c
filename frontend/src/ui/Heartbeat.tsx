import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { describeReporter } from "./reporters";
import { formatDuration } from "./time";

const SILENT_AFTER_S = 60;

interface Props {
  /** Its name as the API has it, such as `worker#local`. */
  who: string;
  /** When it last reported; null if it never did. */
  at: string | null;
  now: Date;
}

/** Whether a process reports and, while it does not, what that means. */
export function Heartbeat({ who, at, now }: Props) {
  const { name, meanwhile } = describeReporter(who);
  const ageS = at ? (now.getTime() - Date.parse(at)) / 1000 : null;
  const isSilent = ageS === null || ageS > SILENT_AFTER_S;
  return (
    <StatusIndicator type={isSilent ? "warning" : "success"}>
      {name} {ageS === null ? "never reported" : `last reported ${formatDuration(ageS)} ago`}.
      {isSilent && ` ${meanwhile}`}
    </StatusIndicator>
  );
}
