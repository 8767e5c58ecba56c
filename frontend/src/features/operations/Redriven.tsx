import Alert from "@cloudscape-design/components/alert";
import { useEffect } from "react";
import type { Schemas } from "../../api/client";
import { countDiedAgain, type DeadLetter } from "./model";

const WATCHED_S = 60;

/** A redrive of chosen letters, and whether it is still watched for what dies again. */
export interface Redrive {
  result: Schemas["DeadLetterResult"];
  /** When letters of the queue were last given back before. */
  since: string;
  isWatched: boolean;
}

interface Props {
  redrive: Redrive;
  letters: readonly DeadLetter[];
  onChange: (redrive: Redrive) => void;
}

/** What became of letters that were given back, also in the minute after. */
export function Redriven({ redrive, letters, onChange }: Props) {
  const { result, since, isWatched } = redrive;
  useEffect(() => {
    if (!isWatched) return;
    const timer = setTimeout(() => onChange({ ...redrive, isWatched: false }), WATCHED_S * 1000);
    return () => clearTimeout(timer);
  }, [redrive, isWatched, onChange]);
  const { done, missing, failed } = result;
  const rest = [
    missing.length && `${missing.length} were no longer there`,
    failed.length && `${failed.length} could not be given back`,
  ].filter(Boolean);
  const again = countDiedAgain(letters, since);
  return (
    <Alert type={failed.length || again ? "warning" : isWatched ? "info" : "success"}>
      {done.length} went back to the queue{rest.length ? `; ${rest.join(", ")}` : ""}. {again} of{" "}
      {done.length} died again{" "}
      {isWatched ? `so far; it is watched for ${WATCHED_S} s.` : `within ${WATCHED_S} s.`}
    </Alert>
  );
}
