import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useEffect, useState } from "react";

/** "Live · 2 s ago" beside a title; "Paused" while nothing is read. */
export function LiveDot({ at, isLive }: { at: Date | undefined; isLive: boolean }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  if (!isLive) return <StatusIndicator type="stopped">Paused</StatusIndicator>;
  const ageS = at ? Math.max(0, Math.round((now - at.getTime()) / 1000)) : null;
  return (
    <StatusIndicator type="success">Live{ageS === null ? "" : ` · ${ageS} s ago`}</StatusIndicator>
  );
}
