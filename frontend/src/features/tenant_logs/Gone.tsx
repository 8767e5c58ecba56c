import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { describeGone } from "./model";
import { useRetention } from "./queries";

interface Props {
  tenant: string;
  /** The end of the range that the link has. */
  until: string;
  onClose: () => void;
}

/** That the record of a link is not there, and why. */
export function Gone({ tenant, until, onClose }: Props) {
  const retentionDays = useRetention(tenant);
  return (
    <Alert type="info" action={<Button onClick={onClose}>Show the others</Button>}>
      {describeGone(until, retentionDays, new Date())}
    </Alert>
  );
}
