import type { LocalTime, Message } from "./model";
import MoveDialog from "./MoveDialog";
import { readTime } from "./moving";
import { useMove } from "./useMove";

interface Props {
  message: Message;
  /** The zone that the page shows times in, for a message without one. */
  zone: string;
  /** The time to begin with, if not its own. */
  initial?: LocalTime | undefined;
  onClose: () => void;
}

/** Gives a message that is not published yet another time. */
export function MoveMessage({ message, zone, initial, onClose }: Props) {
  const move = useMove();
  return (
    <MoveDialog
      title="Move the message"
      initial={initial ?? readTime(message, zone)}
      isBusy={move.isPending}
      error={move.error}
      describe={(to) => move.describe({ message, to })}
      onConfirm={(to) => move.mutate({ message, to }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <bdi className="message-text">{message.content.slice(0, 120)}</bdi>
    </MoveDialog>
  );
}
