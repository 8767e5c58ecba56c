import Button from "@cloudscape-design/components/button";
import { copyAndSay } from "../app/pageKeys";

/** Tells the curl command of a request that is not sent; null while nothing would be sent. */
export type Describe = (() => Promise<string>) | null;

interface Props {
  describe: Describe;
  /** What the request is about, where a page has several. */
  of?: string;
}

/** Copies the request that the button beside it would send, before it is sent. */
export function CopyRequest({ describe, of }: Props) {
  return (
    <Button
      formAction="none"
      variant="link"
      className="no-print"
      ariaLabel={`Copy as curl before sending${of ? `: ${of}` : ""}`}
      disabled={!describe}
      disabledReason="Nothing would be sent: fill in what is missing."
      onClick={() => void describe?.().then((curl) => copyAndSay(curl, "The request"))}
    >
      Copy as curl
    </Button>
  );
}
