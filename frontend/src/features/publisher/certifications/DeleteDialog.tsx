import { useConsole } from "../../../app/context";
import { addNotice } from "../../../app/notices";
import { ConfirmDialog } from "../../../ui/ConfirmDialog";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import type { Certification } from "./model";
import { useDeleteCertification } from "./queries";

interface Props {
  certification: Certification;
  onClose: () => void;
}

/** Asks before a certificate is deleted. */
export default function DeleteDialog({ certification, onClose }: Props) {
  const { config } = useConsole();
  const remove = useDeleteCertification();
  const confirm = () =>
    remove.mutate(certification, {
      onSuccess: ({ curl }) =>
        addNotice({ type: "success", content: `${certification.name} is deleted.`, curl }),
    });
  return (
    <ConfirmDialog
      action="Delete 1 certificate"
      count={1}
      stage={config.stage}
      isBusy={remove.isPending}
      describe={() => remove.describe(certification)}
      error={remove.error && <ErrorAlert error={remove.error} what="Nothing was deleted" />}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <bdi>{certification.name}</bdi> is deleted for good; its badge stays.
    </ConfirmDialog>
  );
}
