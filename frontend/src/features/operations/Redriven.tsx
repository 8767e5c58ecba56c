import Alert from "@cloudscape-design/components/alert";
import { useEffect } from "react";
import {
  countDiedAgain,
  describeRest,
  WATCHED_MS,
  type DeadLetter,
  type DeadLetterResult,
} from "./model";

const WITHIN = `${WATCHED_MS / 1000} s`;

/** A redrive of chosen letters, and whether it is still watched for what dies again. */
export interface Redrive {
  result: DeadLetterResult;
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
    const timer = setTimeout(() => onChange({ ...redrive, isWatched: false }), WATCHED_MS);
    return () => clearTimeout(timer);
  }, [redrive, isWatched, onChange]);
  const { done, failed } = result;
  const again = countDiedAgain(letters, since);
  return (
    <Alert type={failed.length || again ? "warning" : isWatched ? "info" : "success"}>
      {again} of {done.length} went back and died again{" "}
      {isWatched ? `so far; it is watched for ${WITHIN}` : `within ${WITHIN}`}
      {describeRest(result, "given back")}.
    </Alert>
  );
}
