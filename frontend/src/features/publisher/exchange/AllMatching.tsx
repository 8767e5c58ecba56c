import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { CHANNEL_NAMES } from "../model";
import { ConfirmAll } from "./ConfirmAll";
import { DecisionOutcome } from "./DecisionOutcome";
import { findObstacle, type BulkFilter, type BulkKind } from "./model";
import { isBrokenOff, useBulkDecision } from "./queries";

/** Cancels or retries all messages that the list's filter names, not only those that are shown. */
export function AllMatching({ filter }: { filter: BulkFilter }) {
  const { progress, begin, goOn, stop } = useBulkDecision();
  const [asked, setAsked] = useState<BulkKind | null>(null);
  const of = filter.channel ? ` of ${CHANNEL_NAMES[filter.channel]}` : "";
  const offer = (kind: BulkKind, text: string) => {
    const obstacle = findObstacle(kind, filter);
    return (
      <Button
        disabled={obstacle !== null || progress?.isRunning === true}
        disabledReason={obstacle ?? undefined}
        onClick={() => setAsked(kind)}
      >
        {text}
      </Button>
    );
  };
  return (
    <SpaceBetween size="s">
      <SpaceBetween direction="horizontal" size="xs">
        {offer("retry", `Retry all failed${of}`)}
        {offer("cancel", "Cancel all that match")}
        {progress?.isRunning && <Button onClick={stop}>Stop</Button>}
        {progress && isBrokenOff(progress) && <Button onClick={() => void goOn()}>Go on</Button>}
      </SpaceBetween>
      {progress && <DecisionOutcome progress={progress} />}
      {asked && (
        <ConfirmAll
          kind={asked}
          filter={filter}
          onConfirm={(count) => {
            setAsked(null);
            void begin(asked, filter, count);
          }}
          onCancel={() => setAsked(null)}
        />
      )}
    </SpaceBetween>
  );
}
