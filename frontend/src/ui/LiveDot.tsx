import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useEffect, useState } from "react";
import { formatDuration } from "./time";

/** A page that polls says that it is late once it is this much older than it should be. */
const LATE_AFTER_S = 15;

interface Props {
  at: Date | undefined;
  isLive: boolean;
  /** Of the latest reading; what is shown is older than it. */
  error?: Error | null;
  /** The usual pause between two readings. */
  everyMs?: number;
}

/** "Live · 2 s ago" beside a title; "Paused" while nothing is read, or that it is not up to date. */
export function LiveDot({ at, isLive, error = null, everyMs = 5000 }: Props) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  if (!isLive) return <StatusIndicator type="stopped">Paused</StatusIndicator>;
  const ageS = at ? Math.max(0, Math.round((now - at.getTime()) / 1000)) : null;
  const age = ageS === null ? "" : ` · ${formatDuration(ageS)} ago`;
  if (error || (ageS ?? 0) > everyMs / 1000 + LATE_AFTER_S)
    return <StatusIndicator type="warning">Not up to date{age}</StatusIndicator>;
  return <StatusIndicator type="success">Live{age}</StatusIndicator>;
}
