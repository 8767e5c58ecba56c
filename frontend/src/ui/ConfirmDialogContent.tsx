import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState, type ReactNode } from "react";

const MANY = 100;

interface Props {
  /** The verb with its objects, such as "Delete 12 letters": the title and the button. */
  action: string;
  /** How many things it changes: above 100 the number must be typed. */
  count: number;
  stage: string;
  children: ReactNode;
  isBusy: boolean;
  /** There is nothing to confirm. */
  isDisabled?: boolean;
  error?: ReactNode;
  onConfirm: () => void;
  onCancel: () => void;
}

/** Asks before something cannot be taken back. */
export default function ConfirmDialog(props: Props) {
  const [typed, setTyped] = useState("");
  const mustType = props.count > MANY || props.stage === "prod";
  const isReady = !props.isDisabled && (!mustType || typed.trim() === String(props.count));
  return (
    <Modal
      visible
      header={props.action}
      closeAriaLabel="Close"
      onDismiss={props.onCancel}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={props.onCancel}>
              Cancel
            </Button>
            <Button
              variant="primary"
              disabled={!isReady}
              loading={props.isBusy}
              onClick={props.onConfirm}
            >
              {props.action}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {props.children}
        {mustType && (
          <FormField label={`To confirm, type the number ${props.count}`}>
            <Input value={typed} onChange={({ detail }) => setTyped(detail.value)} />
          </FormField>
        )}
        {props.stage === "prod" && <Alert type="warning">This is stage prod.</Alert>}
        {props.error}
      </SpaceBetween>
    </Modal>
  );
}
