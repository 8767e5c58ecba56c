import Button from "@cloudscape-design/components/button";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useEffect, useState, useSyncExternalStore } from "react";
import { stopWaiting, subscribeToWaiting, waitingSince } from "../api/pending";

const SHOWN_AFTER_S = 2;

/** Over the page while a request takes long: for how long already, and a way to stop it. */
export function Waiting() {
  const sinceMs = useSyncExternalStore(subscribeToWaiting, waitingSince);
  const ageS = useAgeS(sinceMs);
  if (ageS < SHOWN_AFTER_S) return null;
  return (
    <div className="waiting no-print">
      <StatusIndicator type="loading">Waiting for the API since {ageS} s</StatusIndicator>
      <Button variant="inline-link" onClick={stopWaiting}>
        Stop
      </Button>
    </div>
  );
}

/** Whole seconds since then, told anew each second; 0 without a time. */
function useAgeS(sinceMs: number | null): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (sinceMs === null) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [sinceMs]);
  return sinceMs === null ? 0 : Math.max(0, Math.round((now - sinceMs) / 1000));
}
