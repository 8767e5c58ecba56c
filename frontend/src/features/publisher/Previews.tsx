import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Textarea from "@cloudscape-design/components/textarea";
import type { Schemas } from "../../api/client";
import { AdaptedPreview } from "./AdaptedPreview";
import { CHANNEL_NAMES, type Draft } from "./model";
import type { Adaptations, ChannelAdaptation } from "./useAdaptation";

type Check = Schemas["ChannelCheck"];

interface Props {
  draft: Draft;
  checks: readonly Check[];
  isChecking: boolean;
  adaptations: Adaptations;
  onChange: (part: Partial<Draft>) => void;
}

/** The message as it will be on each channel, by the server's own checks. */
export function Previews({ draft, checks, isChecking, adaptations, onChange }: Props) {
  const shown = checks.filter(({ channel }) => draft.channels.includes(channel));
  return (
    <div aria-live="polite" aria-busy={isChecking}>
      <SpaceBetween size="s">
        {shown.length === 0 && (
          <Box color="text-body-secondary">
            Write something: here is how it will look on each channel.
          </Box>
        )}
        {shown.map((check) => (
          <Preview
            key={check.channel}
            check={check}
            draft={draft}
            adaptation={adaptations[check.channel]}
            onChange={onChange}
          />
        ))}
      </SpaceBetween>
    </div>
  );
}

interface PreviewProps {
  check: Check;
  draft: Draft;
  /** Absent where the text is not to be adapted. */
  adaptation: ChannelAdaptation | undefined;
  onChange: (part: Partial<Draft>) => void;
}

function Preview({ check, draft, adaptation, onChange }: PreviewProps) {
  const { channel, problems, warnings } = check;
  const name = CHANNEL_NAMES[channel];
  const other = draft.overrides[channel];
  const adapted = adaptation && !adaptation.isAsking ? adaptation.adapted : null;
  const write = (text: string | undefined) =>
    onChange({ overrides: { ...draft.overrides, [channel]: text } });
  return (
    <Container
      header={
        <Header
          variant="h3"
          description={<Counted check={check} />}
          actions={
            draft.filling ? null : other === undefined ? (
              <Button
                formAction="none"
                variant="inline-link"
                onClick={() => write(adapted?.text ?? draft.content)}
              >
                Write another text for {name}
              </Button>
            ) : (
              <Button formAction="none" variant="inline-link" onClick={() => write(undefined)}>
                Use the common text
              </Button>
            )
          }
        >
          {name}
        </Header>
      }
    >
      <SpaceBetween size="xs">
        {problems.map(({ code, message }) => (
          <StatusIndicator key={code} type="error">
            {message}
          </StatusIndicator>
        ))}
        {warnings.map(({ message }) => (
          <StatusIndicator key={message} type="warning">
            {message}
          </StatusIndicator>
        ))}
        {adaptation && (
          <AdaptedPreview
            channel={channel}
            adaptation={adaptation}
            onUseOriginal={() => onChange({ adapt: { ...draft.adapt, [channel]: false } })}
          />
        )}
        {adapted?.code === null ? null : other === undefined ? (
          <bdi className="message-text">{check.text}</bdi>
        ) : (
          <FormField label={`Text for ${name}`} stretch>
            <Textarea value={other} rows={4} onChange={({ detail }) => write(detail.value)} />
          </FormField>
        )}
      </SpaceBetween>
    </Container>
  );
}

function Counted({ check: { length, limit, segments, problems } }: { check: Check }) {
  const parts =
    segments === null ? "" : `, ${segments === 1 ? "1 segment" : `${segments} segments`}`;
  return (
    <StatusIndicator type={problems.length ? "error" : "success"}>
      {length} of {limit} characters{parts}
    </StatusIndicator>
  );
}
