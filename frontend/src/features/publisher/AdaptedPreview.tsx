import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { Adapted } from "./Adapted";
import { CHANNEL_NAMES, type Channel } from "./model";
import type { ChannelAdaptation } from "./useAdaptation";

interface Props {
  channel: Channel;
  adaptation: ChannelAdaptation;
  onUseOriginal: () => void;
}

/** The text of a channel as a model writes it now; it may write otherwise when it is sent. */
export function AdaptedPreview({ channel, adaptation, onUseOriginal }: Props) {
  const { isAsking, adapted, error, askAgain } = adaptation;
  const name = CHANNEL_NAMES[channel];
  return (
    <SpaceBetween size="xxs">
      {isAsking && (
        <StatusIndicator type="loading">Adapting for {name}: up to 8 seconds</StatusIndicator>
      )}
      {!isAsking && error && (
        <ErrorAlert error={error} what="The text could not be adapted" onRetry={askAgain} />
      )}
      {!isAsking && adapted && <Adapted adapted={adapted} />}
      <SpaceBetween direction="horizontal" size="s">
        <Button
          formAction="none"
          variant="inline-link"
          ariaLabel={`Use the original for ${name}`}
          onClick={onUseOriginal}
        >
          Use the original
        </Button>
        {!isAsking && adapted && adapted.code !== "off" && (
          <Button
            formAction="none"
            variant="inline-link"
            ariaLabel={`Adapt again for ${name}`}
            onClick={askAgain}
          >
            Adapt again
          </Button>
        )}
      </SpaceBetween>
    </SpaceBetween>
  );
}
