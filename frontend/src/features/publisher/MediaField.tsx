import Button from "@cloudscape-design/components/button";
import FileUpload from "@cloudscape-design/components/file-upload";
import FormField from "@cloudscape-design/components/form-field";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useRef, useState, type ReactNode } from "react";
import { useConsole } from "../../app/context";
import { Arrived } from "./Arrived";
import type { Draft } from "./model";
import { TYPES, uploadImage } from "./upload";

/** An image that is on its way; once it arrived the draft has it. */
interface Upload {
  name: string;
  share: number;
  error: string | null;
}

interface Props {
  draft: Pick<Draft, "media" | "mediaNames">;
  onAdd: (id: string, name: string) => void;
  onRemove: (id: string) => void;
}

/** The images of a message: each is uploaded at once, with its progress, and kept with the draft. */
export function MediaField({ draft, onAdd, onRemove }: Props) {
  const { api } = useConsole();
  const [uploads, setUploads] = useState<Upload[]>([]);
  const stops = useRef(new Map<string, AbortController>());
  const change = (name: string, part: Partial<Upload>) =>
    setUploads((before) =>
      before.map((upload) => (upload.name === name ? { ...upload, ...part } : upload)),
    );

  const forget = (name: string) =>
    setUploads((before) => before.filter((upload) => upload.name !== name));

  const begin = async (file: File) => {
    const stop = new AbortController();
    stops.current.set(file.name, stop);
    setUploads((before) => [
      ...before.filter(({ name }) => name !== file.name),
      { name: file.name, share: 0, error: null },
    ]);
    try {
      const media = await uploadImage(
        api,
        file,
        (share) => change(file.name, { share }),
        stop.signal,
      );
      forget(file.name);
      onAdd(media.id, file.name);
    } catch (error) {
      change(file.name, { error: error instanceof Error ? error.message : String(error) });
    }
  };

  return (
    <FormField label="Images" constraintText="JPEG or PNG. Instagram needs at least one.">
      <SpaceBetween size="xs">
        <FileUpload
          value={[]}
          multiple
          accept={TYPES.join(",")}
          onChange={({ detail }) => detail.value.forEach((file) => void begin(file))}
          i18nStrings={{
            uploadButtonText: () => "Choose images",
            dropzoneText: () => "Drop images here",
            removeFileAriaLabel: (index) => `Remove image ${index + 1}`,
            limitShowFewer: "Show fewer",
            limitShowMore: "Show more",
            errorIconAriaLabel: "Error",
          }}
        />
        {draft.media.map((id, index) => {
          const name = draft.mediaNames[id] ?? `image ${index + 1}`;
          return (
            <Removable key={id} name={name} onRemove={() => onRemove(id)}>
              <Arrived id={id} name={name} />
            </Removable>
          );
        })}
        {uploads.map((upload) => (
          <Removable
            key={upload.name}
            name={upload.name}
            onRemove={() => {
              stops.current.get(upload.name)?.abort();
              forget(upload.name);
            }}
          >
            <Progress upload={upload} />
          </Removable>
        ))}
      </SpaceBetween>
    </FormField>
  );
}

interface RemovableProps {
  name: string;
  onRemove: () => void;
  children: ReactNode;
}

function Removable({ name, onRemove, children }: RemovableProps) {
  return (
    <SpaceBetween direction="horizontal" size="xs" alignItems="center">
      {children}
      <Button
        formAction="none"
        variant="icon"
        iconName="remove"
        ariaLabel={`Remove ${name}`}
        onClick={onRemove}
      />
    </SpaceBetween>
  );
}

function Progress({ upload }: { upload: Upload }) {
  if (upload.error) {
    return (
      <StatusIndicator type="error">
        {upload.name}: {upload.error}
      </StatusIndicator>
    );
  }
  return <ProgressBar value={upload.share * 100} label={upload.name} />;
}
