import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect, useState, type ReactNode } from "react";
import { advise, ApiProblem } from "../api/problem";
import { lookUp } from "../app/lookUp";
import { CopyText } from "./CopyText";

interface Props {
  error: unknown;
  /** What was to be done, such as "The order was not placed". */
  what?: string;
  /** What happened in the page's own words, with what to do. */
  message?: ReactNode;
  onRetry?: () => void;
}

/** What happened, what to do, and what to tell whoever is asked for help. */
export function ErrorAlert({ error, what, message: own, onRetry }: Props) {
  const problem = error instanceof ApiProblem ? error : null;
  const isLimit = problem?.status === 429; // no fault, but what was agreed
  const message = error instanceof Error ? error.message : String(error);
  return (
    <Alert
      type={isLimit ? "warning" : "error"}
      header={isLimit ? "A limit is reached" : (what ?? message)}
      action={onRetry && <Retry afterS={problem?.retryAfterS ?? 0} onRetry={onRetry} />}
    >
      <SpaceBetween size="xxs">
        {isLimit && what && <span>{what}:</span>}
        {own || ((what || isLimit) && <bdi>{message}</bdi>)}
        {problem && !own && <span>{advise(problem)}</span>}
        {problem?.requestId && (
          <Box fontSize="body-s">
            Request id <CopyText text={problem.requestId} />{" "}
            <Button variant="inline-link" onClick={() => lookUp(problem.requestId ?? "")}>
              Look up
            </Button>
          </Box>
        )}
        {problem?.curl && <CopyText text={problem.curl} label="Copy as curl" />}
      </SpaceBetween>
    </Alert>
  );
}

/** Counts down what the API asked to wait. */
function Retry({ afterS, onRetry }: { afterS: number; onRetry: () => void }) {
  const [leftS, setLeftS] = useState(afterS);
  useEffect(() => {
    if (leftS <= 0) return;
    const timer = setTimeout(() => setLeftS(leftS - 1), 1000);
    return () => clearTimeout(timer);
  }, [leftS]);
  return (
    <Button onClick={onRetry} disabled={leftS > 0}>
      {leftS > 0 ? `Retry in ${leftS} s` : "Retry"}
    </Button>
  );
}
