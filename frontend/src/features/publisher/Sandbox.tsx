import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { read } from "../../api/client";
import { readFaults, setFaults, type Faults } from "../../api/sandbox";
import { useConsole } from "../../app/context";
import { Choice } from "../../ui/Choice";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { CHANNEL_NAMES, CHANNELS, type Channel } from "./model";

const FAULTS: Record<string, Faults> = {
  "": {},
  refused: { refused: { times: 1, on: "publish" } },
  lost: { lost_response: { times: 1, on: "publish" } },
};
const TEXTS = {
  "": "as it should",
  refused: "refuses the next post",
  lost: "takes the next post without a response",
};

/** On a laptop: what the sandbox of each channel does with the next post, and a test of it. */
export function Sandbox({ url }: { url: string }) {
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="It stands in for the platforms, on this laptop alone. Nothing leaves it."
        >
          Sandbox
        </Header>
      }
    >
      <SpaceBetween size="m">
        {CHANNELS.filter((channel) => channel !== "email" && channel !== "sms").map((channel) => (
          <OneChannel key={channel} url={url} channel={channel} />
        ))}
      </SpaceBetween>
    </Container>
  );
}

function OneChannel({ url, channel }: { url: string; channel: Channel }) {
  const name = CHANNEL_NAMES[channel];
  const queries = useQueryClient();
  const key = ["sandbox", channel];
  const faults = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => readFaults(url, channel, signal),
  });
  const change = useMutation({
    mutationFn: (wanted: Faults) => setFaults(url, channel, wanted),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const test = useTest(channel);
  const chosen = faults.data ? nameFault(faults.data) : "";
  const error = faults.error ?? change.error ?? test.error;
  return (
    <SpaceBetween size="xs">
      <SpaceBetween direction="horizontal" size="s" alignItems="end">
        <Choice
          label={name}
          value={chosen}
          texts={TEXTS}
          onChange={(value) => change.mutate(FAULTS[value ?? ""] ?? {})}
        />
        {channel !== "instagram" && (
          <Button loading={test.isPending} onClick={() => test.mutate()}>
            Send a test to {name}
          </Button>
        )}
      </SpaceBetween>
      {error && <ErrorAlert error={error} what={`The sandbox of ${name}`} />}
    </SpaceBetween>
  );
}

/** Which of the choices it is; that of a fault which was set elsewhere is none of them. */
function nameFault(faults: Faults): string {
  if (faults.refused) return "refused";
  if (faults.lost_response) return "lost";
  return Object.keys(faults).length ? "other" : "";
}

/** Publish a text on one channel, and go to what becomes of it. */
function useTest(channel: Channel) {
  const { api } = useConsole();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => {
      const header = { "Idempotency-Key": crypto.randomUUID() };
      const body = { content: `A test of ${CHANNEL_NAMES[channel]}.`, channels: [channel] };
      return read(api.POST("/api/v1/messages", { params: { header }, body }));
    },
    onSuccess: ({ data }) => navigate(`/console/publisher/${data.id}`),
  });
}
