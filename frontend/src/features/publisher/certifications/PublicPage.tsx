import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { CopyText } from "../../../ui/CopyText";
import type { Certification } from "./model";

/** The page that anybody may see, and its address to give away. */
export function PublicPage({ certification: { page_url: url } }: { certification: Certification }) {
  if (!url) return <>–</>;
  return (
    <SpaceBetween size="xxs">
      <Link href={url} external externalIconAriaLabel="Opens in a new tab">
        Open
      </Link>
      <CopyText text={url} label="Copy link" isSmall />
    </SpaceBetween>
  );
}
