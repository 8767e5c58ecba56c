import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState, type ReactNode } from "react";
import { CopyRequest } from "../../ui/CopyRequest";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { inZone, type LocalTime } from "./model";
import { TimeFields } from "./WhenField";

type To = { scheduled_at: string; time_zone: string };

interface Props {
  title: string;
  children: ReactNode;
  initial: LocalTime;
  isBusy: boolean;
  error?: Error | null;
  onConfirm: (to: To) => void;
  /** Its request as curl, where one message is moved. */
  describe?: (to: To) => Promise<string>;
  onClose: () => void;
}

/** Asks for another time, today or later. */
export default function MoveDialog({ title, children, initial, isBusy, error, ...act }: Props) {
  const [time, setTime] = useState<LocalTime>(initial);
  const [today] = inZone(new Date().toISOString(), time.timeZone);
  const to = { scheduled_at: time.localTime, time_zone: time.timeZone };
  const verb = `Move to ${time.localTime.replace("T", " ")}`;
  const { describe } = act;
  return (
    <Modal
      visible
      size="large"
      header={title}
      closeAriaLabel="Close"
      onDismiss={act.onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            {describe && <CopyRequest describe={time.localTime ? () => describe(to) : null} />}
            <Button variant="link" onClick={act.onClose}>
              Cancel
            </Button>
            <Button
              variant="primary"
              disabled={!time.localTime}
              loading={isBusy}
              onClick={() => act.onConfirm(to)}
            >
              {verb}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {children}
        <TimeFields
          time={time}
          firstDay={today}
          onChange={(part) => setTime((before) => ({ ...before, ...part }))}
        />
        {error && <ErrorAlert error={error} what="It was not moved" />}
      </SpaceBetween>
    </Modal>
  );
}
