import { inZone, timeOf, type Message } from "./model";
import MoveDialog from "./MoveDialog";
import { useMessageAction } from "./queries";

interface Props {
  message: Message;
  /** The zone that the page shows times in, for a message without one. */
  zone: string;
  onClose: () => void;
}

/** Gives a message that is not published yet another time. */
export function MoveMessage({ message, zone, onClose }: Props) {
  const timeZone = message.time_zone ?? zone;
  const move = useMessageAction(message.id);
  return (
    <MoveDialog
      title="Move the message"
      initial={{ localTime: inZone(timeOf(message), timeZone).join("T"), timeZone }}
      isBusy={move.isPending}
      error={move.error}
      describe={(to) => move.describe({ kind: "reschedule", to })}
      onConfirm={(to) => move.mutate({ kind: "reschedule", to }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <bdi className="message-text">{message.content.slice(0, 120)}</bdi>
    </MoveDialog>
  );
}
