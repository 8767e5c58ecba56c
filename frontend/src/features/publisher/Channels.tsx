import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import type { Schemas } from "../../api/client";
import { useConsole } from "../../app/context";
import { AnswerLine } from "../../ui/AnswerLine";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { Time } from "../../ui/Time";
import { Title } from "../../ui/Title";
import { CHANNEL_NAMES, describeLimits, judgeToken } from "./model";
import { useChannels } from "./queries";
import { Sandbox } from "./Sandbox";

type State = Schemas["ChannelState"];

/** How each channel is connected, what it takes, and how it does. */
export default function Channels() {
  const { config, me } = useConsole();
  const channels = useChannels();
  return (
    <SpaceBetween size="l">
      <Title>Channels</Title>
      {channels.error && (
        <ErrorAlert
          error={channels.error}
          what="The channels could not be read"
          onRetry={() => void channels.refetch()}
        />
      )}
      <Table<State>
        header={<Header variant="h2">Connections and limits</Header>}
        items={channels.data?.data.channels ?? []}
        loading={channels.isLoading}
        loadingText="Loading the channels"
        wrapLines
        columnDefinitions={[
          {
            id: "channel",
            header: "Channel",
            isRowHeader: true,
            cell: ({ channel }) => CHANNEL_NAMES[channel],
          },
          {
            id: "as",
            header: "Connected as",
            minWidth: 200,
            cell: ({ connected_as, token_expires_at }) => (
              <>
                <div>{connected_as ?? "–"}</div>
                <Token endsAt={token_expires_at} />
              </>
            ),
          },
          { id: "state", header: "State", cell: (state) => <Hold state={state} /> },
          { id: "limits", header: "Takes", minWidth: 150, cell: describeLimits },
          {
            id: "success",
            header: "Last success",
            minWidth: 170,
            cell: ({ last_success_at }) => <Time at={last_success_at} />,
          },
          {
            id: "failure",
            header: "Last failure",
            minWidth: 180,
            cell: ({ last_failure, last_failure_at }) =>
              last_failure ? (
                <>
                  <Time at={last_failure_at} /> <bdi>{last_failure.message}</bdi>
                </>
              ) : (
                "–"
              ),
          },
        ]}
      />
      {config.sandboxUrl && channels.data && me.may.includes("messages.write") && (
        <Sandbox url={config.sandboxUrl} channels={channels.data.data.channels} />
      )}
      {channels.data && (
        <AnswerLine
          shown={channels.data.data.channels.length}
          what="channels"
          complete
          receipt={channels.data}
        />
      )}
    </SpaceBetween>
  );
}

function Token({ endsAt }: { endsAt: string | null }) {
  if (!endsAt) return null;
  const type = judgeToken(endsAt, new Date());
  return (
    <StatusIndicator type={type}>
      Token {type === "error" ? "expired" : "expires"} <Time at={endsAt} relative />
    </StatusIndicator>
  );
}

function Hold({ state }: { state: State }) {
  if (!state.hold) return <StatusIndicator wrapText={false}>sends</StatusIndicator>;
  return (
    <>
      <StatusIndicator type="error">
        held since <Time at={state.hold.since} />
      </StatusIndicator>
      <div>
        <bdi>{state.hold.message}</bdi> Look at <code>{state.hold.setting}</code>; the next attempt
        is at <Time at={state.hold.next_attempt_at} />.
      </div>
    </>
  );
}
