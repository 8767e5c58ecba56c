import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { CopyText } from "./CopyText";

interface Props {
  header: string;
  /** That it is shown once, and what it is for. */
  warning: string;
  value: string;
  onClose: () => void;
}

/** Shows a key or a secret, once. It closes only when the person has it. */
export function SecretDialog({ header, warning, value, onClose }: Props) {
  const [isCopied, setCopied] = useState(false);
  return (
    <Modal
      visible
      header={header}
      closeAriaLabel="Close"
      onDismiss={() => isCopied && onClose()}
      footer={
        <Button variant="primary" disabled={!isCopied} onClick={onClose}>
          Done
        </Button>
      }
    >
      <SpaceBetween size="m">
        <Alert type="warning">{warning}</Alert>
        <CopyText text={value} />
        <Checkbox checked={isCopied} onChange={({ detail }) => setCopied(detail.checked)}>
          Copied
        </Checkbox>
      </SpaceBetween>
    </Modal>
  );
}
