import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useQueryClient } from "@tanstack/react-query";
import type { Api } from "../../api/client";
import { useConsole, type Console } from "../../app/context";
import { useSend } from "../../app/useSend";
import { CopyRequest } from "../../ui/CopyRequest";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { InternalLink } from "../../ui/InternalLink";
import { listSteps, type Step } from "./steps";
import "./overview.css";

/** One of each, made here by one button; made again it changes nothing. */
export function FirstSteps() {
  const console = useConsole();
  return (
    <ul className="first-steps" aria-label="One of each">
      {listSteps(console).map((step) => (
        <li key={step.action}>
          <Tile step={step} console={console} />
        </li>
      ))}
    </ul>
  );
}

function Tile({ step, console }: { step: Step; console: Console }) {
  const queries = useQueryClient();
  const act = useSend((api: Api) => step.act(api, console), {
    onSuccess: () => queries.invalidateQueries({ queryKey: ["overview"] }),
  });
  return (
    <SpaceBetween size="xs">
      <Box variant="h3">{step.title}</Box>
      <Box color="text-body-secondary">{step.what}</Box>
      <SpaceBetween direction="horizontal" size="xxs">
        <Button loading={act.isPending} onClick={() => act.mutate(undefined)}>
          {step.action}
        </Button>
        <CopyRequest of={step.title} describe={() => act.describe(undefined)} />
      </SpaceBetween>
      <div role="status">
        {act.data && (
          <StatusIndicator>
            {step.done} <InternalLink to={act.data.to}>{act.data.where}</InternalLink>
          </StatusIndicator>
        )}
      </div>
      {act.error && <ErrorAlert error={act.error} what="Nothing was made" />}
    </SpaceBetween>
  );
}
