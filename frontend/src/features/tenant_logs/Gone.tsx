import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { describeGone } from "./model";

interface Props {
  /** How long records are kept; null while that is not known. */
  retentionDays: number | null;
  /** The end of the range that the link has. */
  until: string;
  onClose: () => void;
}

/** That the record of a link is not there, and why. */
export function Gone({ retentionDays, until, onClose }: Props) {
  return (
    <Alert type="info" action={<Button onClick={onClose}>Show the others</Button>}>
      {describeGone(until, retentionDays, new Date())}
    </Alert>
  );
}
