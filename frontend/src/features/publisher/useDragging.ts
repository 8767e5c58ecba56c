import { useRef, type DragEvent } from "react";
import type { Message } from "./model";

const TARGET = "is-target";

/** What a table of days listens to, so that a message's tile can be dragged to another day. */
export function useDragging(
  messages: readonly Message[],
  onDrop: ((message: Message, day: string) => void) | null,
) {
  const dragged = useRef<Message | null>(null);
  const target = useRef<HTMLElement | null>(null);
  const aimAt = (cell: HTMLElement | null) => {
    if (cell === target.current) return;
    target.current?.classList.remove(TARGET);
    cell?.classList.add(TARGET);
    target.current = cell;
  };
  const end = () => {
    dragged.current = null;
    aimAt(null);
  };
  if (!onDrop) return {};
  return {
    onDragStart: (event: DragEvent) => {
      const tile = find(event, ".tile[draggable=true]");
      dragged.current = messages.find(({ id }) => id === tile?.dataset.message) ?? null;
      if (!tile || !dragged.current) return;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setDragImage(tile, 0, 0); // also where its link was taken hold of
    },
    onDragOver: (event: DragEvent) => {
      if (!dragged.current) return;
      event.preventDefault(); // the day takes it; what is over says why it does not
      aimAt(find(event, "td"));
    },
    onDrop: (event: DragEvent) => {
      const day = find(event, "td")?.dataset.date;
      if (!dragged.current || !day) return;
      event.preventDefault();
      onDrop(dragged.current, day);
      end(); // a tile that is read anew meanwhile tells no end
    },
    onDragEnd: end,
  };
}

function find(event: DragEvent, selector: string): HTMLElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>(selector) : null;
}
