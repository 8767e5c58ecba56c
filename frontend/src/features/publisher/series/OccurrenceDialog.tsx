import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { CopyRequest } from "../../../ui/CopyRequest";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { useDraftOf } from "../../../ui/useDraft";
import { inZone } from "../model";
import type { Occurrence, Series } from "./model";
import { useChangeOccurrence } from "./queries";

const SHOWN_LETTERS = 200; // of an occurrence's own text
const CUT = "The beginning of its own text; what is saved replaces all of it.";

interface Props {
  series: Series;
  occurrence: Occurrence;
  onClose: () => void;
}

/** Changes text and time of one occurrence; what is written is kept until it is saved. */
export function OccurrenceDialog({ series, occurrence, onClose }: Props) {
  const before = listFields(series, occurrence);
  const name = `occurrence-${series.id}-${occurrence.id}`;
  const [written, update, forget] = useDraftOf(name, before);
  const change = useChangeOccurrence();
  const leave = () => {
    forget();
    onClose();
  };
  const { content, localTime } = written;
  const changed = {
    ...(content === before.content ? {} : { content }),
    ...(localTime === before.localTime ? {} : { scheduled_at: localTime }),
  };
  const given = { seriesId: series.id, at: occurrence.id, change: changed };
  const save = () => change.mutate(given, { onSuccess: leave });
  return (
    <Modal
      visible
      header="Change this one"
      closeAriaLabel="Close"
      onDismiss={leave}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <CopyRequest describe={content.trim() ? () => change.describe(given) : null} />
            <Button variant="link" onClick={leave}>
              Cancel
            </Button>
            <Button
              variant="primary"
              loading={change.isPending}
              disabled={!content.trim()}
              onClick={save}
            >
              Save
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {change.error && <ErrorAlert error={change.error} what="Nothing was changed" />}
        <FormField label="Text" description={before.isCut && CUT}>
          <Textarea
            rows={6}
            value={content}
            onChange={({ detail }) => update((now) => ({ ...now, content: detail.value }))}
          />
        </FormField>
        <FormField label={`Time in ${series.time_zone}`} description="Such as 2026-12-01T09:00">
          <Input
            value={localTime}
            onChange={({ detail }) => update((now) => ({ ...now, localTime: detail.value }))}
          />
        </FormField>
      </SpaceBetween>
    </Modal>
  );
}

/** What can be written of it. Of its own text the API shows the beginning alone. */
function listFields(series: Series, { text, scheduled_at: at }: Occurrence) {
  const localTime = inZone(at, series.time_zone).join("T");
  if (series.content.startsWith(text)) return { content: series.content, localTime, isCut: false };
  return { content: text, localTime, isCut: text.length >= SHOWN_LETTERS };
}
