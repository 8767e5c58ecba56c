import Flashbar, { type FlashbarProps } from "@cloudscape-design/components/flashbar";
import { useSyncExternalStore } from "react";
import { CopyText } from "../ui/CopyText";

type Notice = FlashbarProps.MessageDefinition;

const listeners = new Set<() => void>();
let notices: readonly Notice[] = [];
let count = 0;

/**
 * Say that something is done, above the page, with a link to it. Failures belong where they are.
 * A notice takes the place of an older one with its `id`. `curl` is the request that did it.
 */
export function addNotice(
  { curl, ...notice }: Omit<Notice, "id" | "dismissible" | "onDismiss"> & { curl?: string },
  id = String((count += 1)),
): void {
  const onDismiss = () => change(notices.filter((shown) => shown.id !== id));
  const others = notices.filter((shown) => shown.id !== id);
  const action = curl === undefined ? null : <CopyText text={curl} label="Copy as curl" />;
  const dismissal = { dismissible: true, onDismiss, dismissLabel: "Dismiss" };
  change([{ action, ...notice, ...dismissal, id }, ...others]);
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
