import Box from "@cloudscape-design/components/box";
import { InternalLink } from "../../../ui/InternalLink";
import { describeReminder, type Certification } from "./model";

/** When its owner is reminded next that a certificate ends, and by which message it was done. */
export function Reminders({ certification }: { certification: Certification }) {
  const { last_reminder_message_id: last } = certification;
  return (
    <Box variant="small">
      <span className="unbroken">{describeReminder(certification)}</span>
      {last && (
        <>
          {" · "}
          <InternalLink to={`/console/publisher/${last}`}>Last reminder</InternalLink>
        </>
      )}
    </Box>
  );
}
