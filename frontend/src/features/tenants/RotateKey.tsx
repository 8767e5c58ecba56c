import { useState } from "react";
import { useConsole } from "../../app/context";
import { Choice } from "../../ui/Choice";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { DEFAULT_GRACE, GRACES } from "./model";
import { useRotateKey } from "./queries";

interface Props {
  tenantId: string;
  keyId: string;
  onMade: (key: string) => void;
  onClose: () => void;
}

/** Makes a key in place of another one, which goes on working for as long as is chosen. */
export function RotateKey({ tenantId, keyId, onMade, onClose }: Props) {
  const { config } = useConsole();
  const [grace, setGrace] = useState(DEFAULT_GRACE);
  const rotate = useRotateKey(tenantId);
  const given = { keyId, graceS: Number(grace) };
  const confirm = () =>
    rotate.mutate(given, {
      onSuccess: ({ data }) => {
        onMade(data.key);
        onClose();
      },
    });
  return (
    <ConfirmDialog
      action="Rotate 1 key"
      count={1}
      stage={config.stage}
      isBusy={rotate.isPending}
      describe={() => rotate.describe(given)}
      error={rotate.error && <ErrorAlert error={rotate.error} what="No key was made" />}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <Choice
        label={`The key ${keyId} still works`}
        texts={GRACES}
        value={grace}
        onChange={(chosen) => setGrace(chosen ?? DEFAULT_GRACE)}
      />
    </ConfirmDialog>
  );
}
