import { lazy, Suspense } from "react";
import type { ConfirmProps } from "./ConfirmModal";

const ConfirmModal = lazy(() => import("./ConfirmModal")); // most visits of a page need none

/** Asks before something cannot be taken back. */
export function ConfirmDialog(props: ConfirmProps) {
  return (
    <Suspense fallback={null}>
      <ConfirmModal {...props} />
    </Suspense>
  );
}
