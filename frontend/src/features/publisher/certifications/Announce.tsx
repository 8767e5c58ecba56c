import Button from "@cloudscape-design/components/button";
import { lazy, Suspense, useState } from "react";
import { listOpen, type Certification } from "./model";

const AnnounceDialog = lazy(() => import("./AnnounceDialog"));

/** Announces a certificate; disabled once every channel that takes it has it. */
export function Announce({ certification }: { certification: Certification }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="inline-link"
        ariaLabel={`Announce ${certification.name}`}
        disabled={!listOpen(certification).length}
        disabledReason="It is announced on every channel."
        onClick={() => setOpen(true)}
      >
        Announce
      </Button>
      {isOpen && (
        <Suspense fallback={null}>
          <AnnounceDialog certification={certification} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
