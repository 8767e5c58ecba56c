import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { SenderHelp } from "./SenderHelp";

interface Props {
  /** How many are set. */
  filters: number;
  tenant: string;
  isWaiting: boolean;
  onClear: () => void;
}

/** Why there are no rows, and what to do. */
export function Nothing({ filters, tenant, isWaiting, onClear }: Props) {
  if (filters === 0) return <SenderHelp tenant={tenant} isWaiting={isWaiting} />;
  return (
    <Alert action={<Button onClick={onClear}>{filters === 1 ? "Clear it" : "Clear them"}</Button>}>
      Nothing matches. {filters === 1 ? "1 filter is" : `${filters} filters are`} set.
    </Alert>
  );
}
