import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useImage } from "./queries";

const PREVIEW_PX = 48;

/** An image that the bucket has, small. */
export function Arrived({ id, name }: { id: string; name: string }) {
  const image = useImage(id);
  if (image.error) {
    return <StatusIndicator type="error">{name}: it could not be read.</StatusIndicator>;
  }
  const { url, width, height } = image.data?.data ?? {};
  return (
    <SpaceBetween direction="horizontal" size="xs" alignItems="center">
      {url && <img src={url} alt={name} height={PREVIEW_PX} />}
      <StatusIndicator type="success">
        {name}
        {width && height ? `, ${width} × ${height}` : ""}
      </StatusIndicator>
    </SpaceBetween>
  );
}
