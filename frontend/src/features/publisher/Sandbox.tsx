import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { read, type Api, type Schemas } from "../../api/client";
import { readFaults, setFaults, type Faults } from "../../api/sandbox";
import { useConsole } from "../../app/context";
import { Choice } from "../../ui/Choice";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { CHANNEL_NAMES } from "./model";
import { drawPicture } from "./testPicture";
import { uploadImage } from "./upload";

type State = Schemas["ChannelState"];

interface Offered {
  text: string;
  faults: Faults;
}

/** By the fault's name; "" is none of them. */
const FAULTS: Record<string, Offered> = {
  "": { text: "as it should", faults: {} },
  refused: { text: "refuses the next post", faults: { refused: { times: 1, on: "publish" } } },
  lost_response: {
    text: "takes the next post without a response",
    faults: { lost_response: { times: 1, on: "publish" } },
  },
  error_500: { text: "fails at the next call", faults: { error_500: { times: 1 } } },
  rate_limit: {
    text: "says once that it is too much",
    faults: { rate_limit: { times: 1, retry_after_s: 20 } },
  },
  expired_token: { text: "says that the token has expired", faults: { expired_token: {} } },
  slow: { text: "responds 5 s later", faults: { slow: { s: 5 } } },
};
const TEXTS = Object.fromEntries(Object.entries(FAULTS).map(([name, { text }]) => [name, text]));

/** On a laptop: what the sandbox of each channel does with the next post, and a test of it. */
export function Sandbox({ url, channels }: { url: string; channels: State[] }) {
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
        {channels.map((state) => (
          <OneChannel key={state.channel} url={url} state={state} />
        ))}
      </SpaceBetween>
    </Container>
  );
}

function OneChannel({ url, state }: { url: string; state: State }) {
  const { channel } = state;
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
  const test = useTest(state);
  const chosen = faults.data ? nameFault(faults.data) : "";
  const error = faults.error ?? change.error ?? test.error;
  return (
    <SpaceBetween size="xs">
      <SpaceBetween direction="horizontal" size="s" alignItems="end">
        <Choice
          label={name}
          value={chosen}
          texts={TEXTS}
          onChange={(value) => change.mutate(FAULTS[value ?? ""]?.faults ?? {})}
        />
        <Button loading={test.isPending} onClick={() => test.mutate()}>
          Send a test to {name}
        </Button>
      </SpaceBetween>
      {error && <ErrorAlert error={error} what={`The sandbox of ${name}`} />}
    </SpaceBetween>
  );
}

/** Which of the choices it is; that of several faults, which were set elsewhere, is none of them. */
function nameFault(faults: Faults): string {
  const names = Object.keys(faults);
  return names.length > 1 ? "several" : (names[0] ?? "");
}

/** Publish a text on one channel, with a picture where it needs one; go to what becomes of it. */
function useTest({ channel, media_required: needsPicture }: State) {
  const { api } = useConsole();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async () => {
      const header = { "Idempotency-Key": crypto.randomUUID() };
      const media = needsPicture ? [await uploadPicture(api)] : [];
      const content = `A test of ${CHANNEL_NAMES[channel]}.`;
      const body = { content, channels: [channel], media };
      return await read(api.POST("/api/v1/messages", { params: { header }, body }));
    },
    onSuccess: ({ data }) => navigate(`/console/publisher/${data.id}`),
  });
}

async function uploadPicture(api: Api): Promise<string> {
  const { signal } = new AbortController(); // it is small: nobody waits for it
  return (await uploadImage(api, await drawPicture(), () => undefined, signal)).id;
}
