import Box from "@cloudscape-design/components/box";
import { InternalLink } from "../../../ui/InternalLink";
import { inZone, shorten } from "../model";
import type { Occurrence } from "./model";

const SHOWN_A_DAY = 3;

/** What is to come of series on a day of the calendar; each leads to its series. */
export function Projected({ occurrences, zone }: { occurrences: Occurrence[]; zone: string }) {
  const rest = occurrences.length - SHOWN_A_DAY;
  return (
    <>
      {occurrences.slice(0, SHOWN_A_DAY).map((occurrence) => (
        <div key={`${occurrence.series_id} ${occurrence.id}`} className="tile projected">
          <InternalLink to={`/console/series/${occurrence.series_id}`}>
            {`${inZone(occurrence.scheduled_at, zone)[1]} ${shorten(occurrence.text)}`}
          </InternalLink>
          <Box fontSize="body-s">of a series</Box>
        </div>
      ))}
      {rest > 0 && <Box fontSize="body-s">+{rest} more of series</Box>}
    </>
  );
}
