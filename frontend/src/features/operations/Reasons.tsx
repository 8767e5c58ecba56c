import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { showControls } from "../../ui/text";
import type { ReasonGroup } from "./model";

const SHOWN = 5; // the rest is in the filter

interface Props {
  groups: readonly ReasonGroup[];
  onChoose: (reason: string) => void;
}

/** Why letters died, the most frequent reason first; each leads to its letters. */
export function Reasons({ groups, onChoose }: Props) {
  if (groups.length === 0) return null;
  const more = groups.length - SHOWN;
  return (
    <SpaceBetween direction="horizontal" size="xs" alignItems="center">
      <span>By reason:</span>
      {groups.slice(0, SHOWN).map(({ reason, count }) => (
        <Button key={reason} variant="inline-link" onClick={() => onChoose(reason)}>
          {`${showControls(reason)} (${count})`}
        </Button>
      ))}
      {more > 0 && <span>and {more} more</span>}
    </SpaceBetween>
  );
}
