import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { inZone, timeOf, type LocalTime, type Message } from "./model";
import { useMessageAction } from "./queries";
import { TimeFields } from "./WhenField";

interface Props {
  message: Message;
  /** The zone that the page shows times in, for a message without one. */
  zone: string;
  onClose: () => void;
}

/** Gives a message that is not published yet another time. */
export function MoveMessage({ message, zone, onClose }: Props) {
  const timeZone = message.time_zone ?? zone;
  const [time, setTime] = useState<LocalTime>(() => ({
    localTime: inZone(timeOf(message), timeZone).join("T"),
    timeZone,
  }));
  const move = useMessageAction(message.id);
  const [today] = inZone(new Date().toISOString(), time.timeZone);
  const confirm = () => {
    const to = { scheduled_at: time.localTime, time_zone: time.timeZone };
    move.mutate({ kind: "reschedule", to }, { onSuccess: onClose });
  };
  return (
    <Modal
      visible
      size="large"
      header="Move the message"
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button
              variant="primary"
              disabled={!time.localTime}
              loading={move.isPending}
              onClick={confirm}
            >
              Move to {time.localTime.replace("T", " ")}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <bdi className="message-text">{message.content.slice(0, 120)}</bdi>
        <TimeFields
          time={time}
          firstDay={today}
          onChange={(part) => setTime((before) => ({ ...before, ...part }))}
        />
        {move.error && <ErrorAlert error={move.error} what="It was not moved" />}
      </SpaceBetween>
    </Modal>
  );
}
