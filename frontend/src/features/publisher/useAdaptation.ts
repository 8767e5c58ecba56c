import { useQueries } from "@tanstack/react-query";
import { read, type Schemas } from "../../api/client";
import { useConsole } from "../../app/context";
import { useSettled } from "../../ui/useSettled";
import { buildOfChannel, listAdapted } from "./adaptation";
import { buildMessage, type Channel, type Draft } from "./model";

const ADAPT_AFTER_MS = 1500; // each is a request to a model, and takes seconds

/** What a model makes of the text for one channel. */
export interface ChannelAdaptation {
  /** Whether there is no text yet of what is written now. */
  isAsking: boolean;
  adapted: Schemas["AdaptedText"] | null;
  error: Error | null;
  askAgain: () => void;
}

export type Adaptations = Partial<Record<Channel, ChannelAdaptation>>;

/**
 * What a model makes of a draft for each channel that is to be adapted, asked for once the text
 * rests. Each channel is asked for alone, so that a change of one leaves the others as they are.
 */
export function useAdaptations(draft: Draft, isOffered: boolean): Adaptations {
  const { api } = useConsole();
  const channels = isOffered ? listAdapted(draft) : [];
  const messages = channels.map((channel) => buildMessage(buildOfChannel(draft, channel)));
  const settled = useSettled(messages, ADAPT_AFTER_MS).map((message) => JSON.stringify(message));
  const found = useQueries({
    queries: messages.map((message, index) => ({
      queryKey: ["adaptation", channels[index], message],
      enabled: message !== null && settled.includes(JSON.stringify(message)),
      staleTime: Infinity, // another answer would be another text
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        read(
          api.POST("/api/v1/messages/validate", {
            body: message ?? { content: "", channels: [] },
            signal,
          }),
        ),
    })),
  });
  return Object.fromEntries(
    channels.map((channel, index) => {
      const query = found[index];
      return [
        channel,
        {
          isAsking: messages[index] !== null && (query?.isFetching || query?.isPending) === true,
          adapted: query?.data?.data.channels[0]?.adapted ?? null,
          error: query?.error ?? null,
          askAgain: () => void query?.refetch(),
        },
      ];
    }),
  );
}

/** Whether the stage said that it adapts no text. */
export function isOff(adaptations: Adaptations): boolean {
  return Object.values(adaptations).some(({ adapted }) => adapted?.code === "off");
}
