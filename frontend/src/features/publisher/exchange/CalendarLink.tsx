import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useState } from "react";
import { useConsole } from "../../../app/context";
import { ConfirmDialog } from "../../../ui/ConfirmDialog";
import { CopyRequest } from "../../../ui/CopyRequest";
import { CopyText } from "../../../ui/CopyText";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Time } from "../../../ui/Time";
import { useCalendarLink, useChangeCalendarLink } from "./queries";

const DIALOGS = {
  make: {
    action: "Replace 1 calendar link",
    text: "A new link is made. Calendar programs that have the one before read nothing any more.",
  },
  end: {
    action: "End 1 calendar link",
    text: "Calendar programs that have the link read nothing any more.",
  },
};

/** The link by which calendar programs read one's own messages: made, shown, replaced and ended. */
export default function CalendarLink({ onClose }: { onClose: () => void }) {
  const { config } = useConsole();
  const link = useCalendarLink();
  const change = useChangeCalendarLink();
  const [asked, setAsked] = useState<keyof typeof DIALOGS | null>(null);
  const submit = (what: "make" | "end") => change.mutate(what, { onSuccess: () => setAsked(null) });
  const failure = change.error && <ErrorAlert error={change.error} what="Nothing was changed" />;
  if (asked) {
    return (
      <ConfirmDialog
        action={DIALOGS[asked].action}
        count={1}
        stage={config.stage}
        isBusy={change.isPending}
        describe={() => change.describe(asked)}
        error={failure}
        onConfirm={() => submit(asked)}
        onCancel={() => setAsked(null)}
      >
        {DIALOGS[asked].text}
      </ConfirmDialog>
    );
  }
  return (
    <Modal
      visible
      header="Calendar link"
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <SpaceBetween direction="horizontal" size="xs">
          {link.data && <Button onClick={() => setAsked("end")}>End the link</Button>}
          {link.data && <Button onClick={() => setAsked("make")}>Replace the link</Button>}
          {link.data === null && (
            <Button variant="primary" loading={change.isPending} onClick={() => submit("make")}>
              Make a link
            </Button>
          )}
          {link.data === null && <CopyRequest describe={() => change.describe("make")} />}
        </SpaceBetween>
      }
    >
      <SpaceBetween size="m">
        <Box>
          A calendar program that subscribes to the link shows your messages, from a month ago to a
          year ahead. Who has the link needs no sign-in.
        </Box>
        {link.isLoading && <StatusIndicator type="loading">Reading the link</StatusIndicator>}
        {link.error && (
          <ErrorAlert
            error={link.error}
            what="The link could not be read"
            onRetry={() => void link.refetch()}
          />
        )}
        {link.data === null && <Box>There is no link.</Box>}
        {link.data && (
          <div className="calendar-link">
            <CopyText text={link.data.url} />
            <Box color="text-body-secondary">
              Made <Time at={link.data.created_at} />
            </Box>
          </div>
        )}
        {!asked && failure}
      </SpaceBetween>
    </Modal>
  );
}
