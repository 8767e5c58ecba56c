import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useNavigate } from "react-router";
import { InternalLink } from "../../ui/InternalLink";
import { ListTable } from "../../ui/ListTable";
import { Time } from "../../ui/Time";
import { Title } from "../../ui/Title";
import { useUrlState } from "../../ui/useUrlState";
import { CHANNEL_NAMES, CHANNELS, STATUSES, timeOf, type Message } from "./model";
import { useMessages } from "./queries";
import { ChannelStatuses, MessageStatusText } from "./statuses";

/** Own messages, newest first. */
export default function Messages() {
  const [state, setState] = useUrlState();
  const navigate = useNavigate();
  const status = STATUSES.find((known) => known === state.status) ?? "";
  const channel = CHANNELS.find((known) => known === state.channel) ?? "";
  const { data, pages } = useMessages({ status, channel });
  return (
    <SpaceBetween size="l">
      <Title
        description="Written once, published on every channel."
        actions={
          <Button variant="primary" onClick={() => void navigate("/console/publisher/new")}>
            New message
          </Button>
        }
      >
        Messages
      </Title>
      <ListTable<Message>
        what="messages"
        items={data.flatMap((page) => page.messages)}
        trackBy="id"
        pages={pages}
        filters={[status, channel].filter(Boolean).length}
        onClearFilters={() => setState({ status: null, channel: null })}
        emptyHint={<InternalLink to="/console/publisher/new">Write one</InternalLink>}
        onOpen={({ id }) => void navigate(`/console/publisher/${id}`)}
        filter={
          <SpaceBetween direction="horizontal" size="s">
            <Choice
              label="Status"
              value={status}
              options={STATUSES.map((value) => ({ value, label: value }))}
              onChange={(value) => setState({ status: value })}
            />
            <Choice
              label="Channel"
              value={channel}
              options={CHANNELS.map((value) => ({ value, label: CHANNEL_NAMES[value] }))}
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

interface ChoiceProps {
  label: string;
  value: string;
  options: { value: string; label: string }[];
  onChange: (value: string) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  const all = [{ value: "", label: "any" }, ...options];
  return (
    <FormField label={label}>
      <Select
        selectedOption={all.find((option) => option.value === value) ?? null}
        options={all}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? "")}
      />
    </FormField>
  );
}
