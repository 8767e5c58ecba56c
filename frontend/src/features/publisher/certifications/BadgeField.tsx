import Button from "@cloudscape-design/components/button";
import FileInput from "@cloudscape-design/components/file-input";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useRef, useState } from "react";
import { useConsole } from "../../../app/context";
import { TYPES, uploadImage } from "../upload";
import { Badge } from "./Badge";

interface Props {
  /** The id of the image; "" without one. */
  value: string;
  onChange: (mediaId: string) => void;
}

/** The badge of a certificate, which is uploaded at once. */
export function BadgeField({ value, onChange }: Props) {
  const { api } = useConsole();
  const [share, setShare] = useState<number | null>(null);
  const [error, setError] = useState<string | null>(null);
  const stop = useRef<AbortController | null>(null);
  const begin = async (file: File) => {
    stop.current = new AbortController();
    setError(null);
    setShare(0);
    try {
      const media = await uploadImage(api, file, setShare, stop.current.signal);
      onChange(media.id);
    } catch (failure) {
      const message = failure instanceof Error ? failure.message : String(failure);
      if (!stop.current.signal.aborted) setError(`${file.name}: ${message}`);
    } finally {
      setShare(null);
    }
  };
  return (
    <FormField label="Badge" constraintText="JPEG or PNG" errorText={error}>
      <SpaceBetween direction="horizontal" size="xs" alignItems="center">
        {value && <Badge mediaId={value} name="this certificate" />}
        {share === null ? (
          <FileInput
            value={[]}
            accept={TYPES.join(",")}
            onChange={({ detail }) => detail.value[0] && void begin(detail.value[0])}
          >
            {value ? "Choose another image" : "Choose an image"}
          </FileInput>
        ) : (
          <StatusIndicator type="loading">{Math.round(share * 100)} % uploaded</StatusIndicator>
        )}
        {share !== null && (
          <Button formAction="none" onClick={() => stop.current?.abort()}>
            Stop
          </Button>
        )}
        {value && share === null && (
          <Button formAction="none" onClick={() => onChange("")}>
            Remove the badge
          </Button>
        )}
      </SpaceBetween>
    </FormField>
  );
}
