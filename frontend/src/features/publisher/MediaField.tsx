import Button from "@cloudscape-design/components/button";
import FileUpload from "@cloudscape-design/components/file-upload";
import FormField from "@cloudscape-design/components/form-field";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useRef, useState } from "react";
import { useConsole } from "../../app/context";
import { TYPES, uploadImage, type Media } from "./upload";

interface Upload {
  name: string;
  share: number;
  media: Media | null;
  error: string | null;
}

interface Props {
  onChange: (update: (ids: string[]) => string[]) => void;
}

/** The images of a message: each is uploaded at once, with its progress. */
export function MediaField({ onChange }: Props) {
  const { api } = useConsole();
  const [uploads, setUploads] = useState<Upload[]>([]);
  const stops = useRef(new Map<string, AbortController>());
  const change = (name: string, part: Partial<Upload>) =>
    setUploads((before) =>
      before.map((upload) => (upload.name === name ? { ...upload, ...part } : upload)),
    );

  const begin = async (file: File) => {
    const stop = new AbortController();
    stops.current.set(file.name, stop);
    setUploads((before) => [
      ...before.filter(({ name }) => name !== file.name),
      { name: file.name, share: 0, media: null, error: null },
    ]);
    try {
      const media = await uploadImage(
        api,
        file,
        (share) => change(file.name, { share }),
        stop.signal,
      );
      change(file.name, { media, share: 1 });
      onChange((ids) => [...ids, media.id]);
    } catch (error) {
      change(file.name, { error: error instanceof Error ? error.message : String(error) });
    }
  };

  const remove = (upload: Upload) => {
    stops.current.get(upload.name)?.abort();
    setUploads((before) => before.filter(({ name }) => name !== upload.name));
    const gone = upload.media?.id;
    if (gone) onChange((ids) => ids.filter((id) => id !== gone));
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
        {uploads.map((upload) => (
          <SpaceBetween key={upload.name} direction="horizontal" size="xs">
            <Progress upload={upload} />
            <Button
              formAction="none"
              variant="icon"
              iconName="remove"
              ariaLabel={`Remove ${upload.name}`}
              onClick={() => remove(upload)}
            />
          </SpaceBetween>
        ))}
      </SpaceBetween>
    </FormField>
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
  if (upload.media) {
    const { width, height } = upload.media;
    return (
      <StatusIndicator type="success">
        {upload.name}
        {width && height ? `, ${width} × ${height}` : ""}
      </StatusIndicator>
    );
  }
  return <ProgressBar value={upload.share * 100} label={upload.name} />;
}
