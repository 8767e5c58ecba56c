import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect, useState, type ReactNode } from "react";
import { advise, ApiProblem, asSentence, isTemporary } from "../api/problem";
import { lookUp } from "../app/lookUp";
import { isSentAgain } from "../app/queryClient";
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
  const message = asSentence(error instanceof Error ? error.message : String(error));
  return (
    <Alert
      type={isLimit ? "warning" : "error"}
      header={isLimit ? "A limit is reached" : (what ?? message)}
      action={
        onRetry && <Retry error={error} afterS={problem?.retryAfterS ?? 0} onRetry={onRetry} />
      }
    >
      <SpaceBetween size="xxs">
        {isLimit && what && <span>{what}:</span>}
        {own || ((what || isLimit) && <bdi>{message}</bdi>)}
        {problem && !own && (
          <span>
            {advise(problem)} {describeNext(problem)}
          </span>
        )}
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

function describeNext(problem: ApiProblem): string {
  if (isSentAgain(problem)) return "This page tries again by itself.";
  return isTemporary(problem) && problem.status !== 429 ? "Try again in a moment." : "";
}

interface RetryProps {
  error: unknown;
  /** What the API asked to wait. */
  afterS: number;
  onRetry: () => void;
}

/** Counts down from each error anew; after a press it is busy until there is another one. */
function Retry({ error, afterS, onRetry }: RetryProps) {
  const [shown, setShown] = useState({ error, leftS: afterS, isBusy: false });
  if (shown.error !== error) setShown({ error, leftS: afterS, isBusy: false });
  const { leftS, isBusy } = shown;
  useEffect(() => {
    if (leftS <= 0) return;
    const timer = setTimeout(
      () => setShown((before) => ({ ...before, leftS: before.leftS - 1 })),
      1000,
    );
    return () => clearTimeout(timer);
  }, [leftS, error]);
  const retry = () => {
    setShown({ ...shown, isBusy: true });
    onRetry();
  };
  return (
    <Button onClick={retry} disabled={leftS > 0} loading={isBusy}>
      {leftS > 0 ? `Retry in ${leftS} s` : "Retry"}
    </Button>
  );
}
