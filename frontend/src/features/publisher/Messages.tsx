import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useConsole } from "../../app/context";
import { Choice } from "../../ui/Choice";
import { InternalLink } from "../../ui/InternalLink";
import { ListTable } from "../../ui/ListTable";
import { Time } from "../../ui/Time";
import { Title } from "../../ui/Title";
import { useUrlState } from "../../ui/useUrlState";
import { BulkActions } from "./BulkActions";
import { AllMatching } from "./exchange/AllMatching";
import { ExportMessages } from "./exchange/ExportMessages";
import { CHANNEL_NAMES, CHANNELS, STATUS_TEXTS, STATUSES, timeOf, type Message } from "./model";
import { useMessages } from "./queries";
import { ChannelStatuses, MessageStatusText } from "./statuses";

/** Own messages, newest first. */
export default function Messages() {
  const [state, setState] = useUrlState();
  const navigate = useNavigate();
  const mayWrite = useConsole().me.may.includes("messages.write");
  const [chosen, setChosen] = useState<Message[]>([]);
  const status = STATUSES.find((known) => known === state.status) ?? "";
  const channel = CHANNELS.find((known) => known === state.channel) ?? "";
  const { data, pages } = useMessages({ status, channel });
  return (
    <SpaceBetween size="l">
      <Title
        description="Written once, published on every channel."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <ExportMessages filter={{ status, channel }} />
            {mayWrite && (
              <Button onClick={() => void navigate("/console/publisher/import")}>Import</Button>
            )}
            <Button variant="primary" onClick={() => void navigate("/console/publisher/new")}>
              New message
            </Button>
          </SpaceBetween>
        }
      >
        Messages
      </Title>
      <ListTable<Message>
        what="messages"
        items={data.flatMap((page) => page.messages)}
        trackBy="id"
        pages={pages}
        header={
          mayWrite && (
            <SpaceBetween size="s">
              <BulkActions chosen={chosen} channel={channel} onDone={() => setChosen([])} />
              <AllMatching filter={{ status, channel }} />
            </SpaceBetween>
          )
        }
        selection={{
          selectionType: "multi",
          selectedItems: chosen,
          onSelectionChange: ({ detail }) => setChosen(detail.selectedItems),
          ariaLabels: {
            allItemsSelectionLabel: () => "Choose all that are shown",
            itemSelectionLabel: (_, message) => `Choose ${message.content.slice(0, 40)}`,
            selectionGroupLabel: "Chosen messages",
          },
        }}
        filters={[status, channel].filter(Boolean).length}
        onClearFilters={() => setState({ status: null, channel: null })}
        emptyHint={<InternalLink to="/console/publisher/new">Write one</InternalLink>}
        onOpen={({ id }) => void navigate(`/console/publisher/${id}`)}
        filter={
          <SpaceBetween direction="horizontal" size="s">
            <Choice
              label="Status"
              value={status}
              texts={STATUS_TEXTS}
              onChange={(value) => setState({ status: value })}
            />
            <Choice
              label="Channel"
              value={channel}
              texts={{ "": "any", ...CHANNEL_NAMES }}
              onChange={(value) => setState({ channel: value })}
            />
          </SpaceBetween>
        }
        columns={[
          {
            id: "text",
            header: "Text",
            isRowHeader: true,
            cell: (message) => (
              <InternalLink to={`/console/publisher/${message.id}`}>
                {message.content.slice(0, 120)}
              </InternalLink>
            ),
          },
          {
            id: "status",
            header: "Status",
            cell: (message) => <MessageStatusText status={message.status} />,
          },
          {
            id: "channels",
            header: "Channels",
            cell: (message) => <ChannelStatuses deliveries={message.channels} />,
          },
          { id: "at", header: "When", cell: (message) => <Time at={timeOf(message)} /> },
        ]}
      />
    </SpaceBetween>
  );
}
