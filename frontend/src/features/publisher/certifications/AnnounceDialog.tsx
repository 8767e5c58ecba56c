import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Modal from "@cloudscape-design/components/modal";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useConsole } from "../../../app/context";
import { addNotice } from "../../../app/notices";
import { CopyRequest } from "../../../ui/CopyRequest";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { CHANNEL_NAMES, CHANNELS, describeSend } from "../model";
import { TimeFields } from "../WhenField";
import { Announced } from "./Announced";
import {
  buildAnnouncement,
  listOpen,
  NO_ANNOUNCING,
  type Announcing,
  type Certification,
} from "./model";
import { useAnnounce } from "./queries";

interface Props {
  certification: Certification;
  onClose: () => void;
}

/** Asks where and when to announce a certificate; a channel that has it cannot be chosen. */
export default function AnnounceDialog({ certification, onClose }: Props) {
  const [wanted, setWanted] = useState<Announcing>(NO_ANNOUNCING);
  const change = (part: Partial<Announcing>) => setWanted((before) => ({ ...before, ...part }));
  // The verb is there on stages that require approval alone.
  const needsApproval = useConsole().me.may.includes("messages.approve");
  const announce = useAnnounce();
  const content = buildAnnouncement(wanted);
  const given = content && { id: certification.id, content };
  const verb = describeSend(wanted, needsApproval);
  const submit = () =>
    given &&
    announce.mutate(given, {
      onSuccess: ({ curl }) => {
        addNotice({ type: "success", content: `${certification.name} is announced.`, curl });
        onClose();
      },
    });
  return (
    <Modal
      visible
      size="large"
      header={`Announce ${certification.name}`}
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <CopyRequest describe={given && (() => announce.describe(given))} />
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button
              variant="primary"
              disabled={!content}
              loading={announce.isPending}
              onClick={submit}
            >
              {verb}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {announce.error && <ErrorAlert error={announce.error} what="Nothing was announced" />}
        <OpenChannels certification={certification} wanted={wanted} onChange={change} />
        <FormField label="When">
          <RadioGroup
            value={wanted.when}
            items={[
              { value: "now", label: "Now" },
              { value: "later", label: "At a time" },
            ]}
            onChange={({ detail }) => change({ when: detail.value as Announcing["when"] })}
          />
        </FormField>
        {wanted.when === "later" && <TimeFields time={wanted} onChange={change} />}
      </SpaceBetween>
    </Modal>
  );
}

interface OpenChannelsProps {
  certification: Certification;
  wanted: Announcing;
  onChange: (part: Partial<Announcing>) => void;
}

function OpenChannels({ certification, wanted: { channels }, onChange }: OpenChannelsProps) {
  const open = listOpen(certification);
  return (
    <FormField label="Channels" description="Each gets it once.">
      <SpaceBetween size="xs">
        {CHANNELS.map((channel) => (
          <Checkbox
            key={channel}
            checked={channels.includes(channel)}
            disabled={!open.includes(channel)}
            description={
              channel === "instagram" && !certification.badge_media ? "It needs a badge." : null
            }
            onChange={({ detail }) =>
              onChange({
                channels: CHANNELS.filter((known) =>
                  known === channel ? detail.checked : channels.includes(known),
                ),
              })
            }
          >
            {CHANNEL_NAMES[channel]}
          </Checkbox>
        ))}
        <Announced certification={certification} />
      </SpaceBetween>
    </FormField>
  );
}
