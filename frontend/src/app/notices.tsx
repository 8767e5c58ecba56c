import Flashbar, { type FlashbarProps } from "@cloudscape-design/components/flashbar";
import { useSyncExternalStore } from "react";

type Notice = FlashbarProps.MessageDefinition;

const listeners = new Set<() => void>();
let notices: readonly Notice[] = [];
let count = 0;

/** Say that something is done, above the page, with a link to it. Failures belong where they are. */
export function addNotice(notice: Omit<Notice, "id" | "dismissible" | "onDismiss">): void {
  const id = String((count += 1));
  const onDismiss = () => change(notices.filter((shown) => shown.id !== id));
  change([{ ...notice, id, dismissible: true, onDismiss, dismissLabel: "Dismiss" }, ...notices]);
}

export function Notices() {
  const items = useSyncExternalStore(subscribe, () => notices);
  return <Flashbar items={items} stackItems />;
}

function change(next: readonly Notice[]): void {
  notices = next.slice(0, 5);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
