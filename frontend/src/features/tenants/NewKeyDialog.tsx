import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { CopyText } from "../../ui/CopyText";

interface Props {
  value: string;
  tenantId: string;
  onClose: () => void;
}

/** Shows a new key, once: it is stored hashed. It closes only when the person has it. */
export function NewKeyDialog({ value, tenantId, onClose }: Props) {
  const [isCopied, setCopied] = useState(false);
  return (
    <Modal
      visible
      header={`A new key of ${tenantId}`}
      closeAriaLabel="Close"
      onDismiss={() => isCopied && onClose()}
      footer={
        <Button variant="primary" disabled={!isCopied} onClick={onClose}>
          Done
        </Button>
      }
    >
      <SpaceBetween size="m">
        <Alert type="warning">This key is shown once. Nobody can read it later.</Alert>
        <CopyText text={value} />
        <Checkbox checked={isCopied} onChange={({ detail }) => setCopied(detail.checked)}>
          Copied
        </Checkbox>
      </SpaceBetween>
    </Modal>
  );
}
