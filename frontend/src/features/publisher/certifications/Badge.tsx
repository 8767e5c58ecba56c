import { useImage } from "../queries";

const SIDE_PX = 48;

/** The picture of a certificate, small; as a link, whole. */
export function Badge({ mediaId, name }: { mediaId: string; name: string }) {
  const image = useImage(mediaId);
  const url = image.data?.data.url;
  if (image.error) return <>could not be read</>;
  if (!url) return <>…</>;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      <img src={url} alt={`Badge of ${name}`} width={SIDE_PX} height={SIDE_PX} className="badge" />
    </a>
  );
}
