import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { ErrorAlert } from "../../../ui/ErrorAlert";

interface Saved {
  content: string;
  localTime: string;
}

interface Props {
  title: string;
  text: string;
  /** `2026-12-01T09:00` of the zone, where the time can be changed too. */
  localTime?: string;
  zone?: string;
  /** What to know before the text is replaced. */
  note?: string | undefined;
  isBusy: boolean;
  error: Error | null;
  onSave: (saved: Saved) => void;
  onCancel: () => void;
}

/** Changes the text of a series, or text and time of one occurrence. */
export function TextDialog({ title, text, localTime, zone, note, ...props }: Props) {
  const [saved, setSaved] = useState<Saved>({ content: text, localTime: localTime ?? "" });
  return (
    <Modal
      visible
      header={title}
      closeAriaLabel="Close"
      onDismiss={props.onCancel}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={props.onCancel}>
              Cancel
            </Button>
            <Button
              variant="primary"
              loading={props.isBusy}
              disabled={!saved.content.trim()}
              onClick={() => props.onSave(saved)}
            >
              Save
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {props.error && <ErrorAlert error={props.error} what="Nothing was changed" />}
        <FormField label="Text" description={note}>
          <Textarea
            rows={6}
            value={saved.content}
            onChange={({ detail }) => setSaved({ ...saved, content: detail.value })}
          />
        </FormField>
        {localTime !== undefined && (
          <FormField label={`Time in ${zone}`} description="Such as 2026-12-01T09:00">
            <Input
              value={saved.localTime}
              onChange={({ detail }) => setSaved({ ...saved, localTime: detail.value })}
            />
          </FormField>
        )}
      </SpaceBetween>
    </Modal>
  );
}
