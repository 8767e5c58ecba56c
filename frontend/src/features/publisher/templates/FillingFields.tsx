import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { InternalLink } from "../../../ui/InternalLink";
import { ChannelsField } from "../ChannelsField";
import type { Channel, Draft } from "../model";
import { listNeeded, type Filling } from "./model";

interface Props {
  filling: Filling;
  channels: readonly Channel[];
  onChange: (part: Partial<Draft>) => void;
}

/** What the fields of a template say in the message that is made of it. */
export function FillingFields({ filling, channels, onChange }: Props) {
  const { template, fields } = filling;
  const needed = listNeeded(template, channels);
  return (
    <SpaceBetween size="m">
      <Box>
        Of the template{" "}
        <InternalLink to={`/console/templates/${template.id}`}>{template.name}</InternalLink>
        {" · "}
        <Button
          formAction="none"
          variant="inline-link"
          onClick={() => onChange({ filling: null, content: template.content })}
        >
          Write the text instead
        </Button>
      </Box>
      <bdi className="message-text">{template.content}</bdi>
      {needed.map((name) => (
        <FormField key={name} label={name} stretch>
          <Textarea
            value={fields[name] ?? ""}
            rows={1}
            onChange={({ detail }) =>
              onChange({ filling: { template, fields: { ...fields, [name]: detail.value } } })
            }
          />
        </FormField>
      ))}
      {needed.length === 0 && <Box>It has no fields to fill in.</Box>}
      <ChannelsField channels={channels} onChange={(chosen) => onChange({ channels: chosen })} />
    </SpaceBetween>
  );
}
