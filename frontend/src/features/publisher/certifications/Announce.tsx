import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import { listOpen, type Certification } from "./model";
import { lazyPart } from "../../../ui/lazyPart";

const AnnounceDialog = lazyPart(() => import("./AnnounceDialog"), { isExtra: true });

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
      {isOpen && <AnnounceDialog certification={certification} onClose={() => setOpen(false)} />}
    </>
  );
}
