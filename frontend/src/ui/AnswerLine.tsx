import { useRef } from "react";
import type { Receipt } from "../api/client";
import { copyAndSay, isFirst, usePageKey } from "../app/pageKeys";
import { CopyText } from "./CopyText";
import { Time } from "./Time";

interface Props {
  shown: number;
  /** What the things are called, in the plural. */
  what: string;
  /** How many there are; null when it is not known. */
  total?: number | null;
  /** Whether nothing more matches: a page with a cursor is never complete. */
  complete: boolean;
  /** What was read to find them. */
  scanned?: number | undefined;
  receipt: Receipt;
}

/** The name of one of the things: "orders" is "order". */
export function nameOne(what: string): string {
  if (what.endsWith("series")) return what;
  return what.replace(/ies$/, "y").replace(/(ss|ch)es$|s$/, "$1");
}

/** The foot of a list: how much is shown of what, when it was read, and by which request. */
export function AnswerLine({ shown, what, total, complete, scanned, receipt }: Props) {
  const line = useRef<HTMLDivElement>(null);
  usePageKey("omnidata:copy-curl", () => {
    if (!isFirst(line.current, ".answer-line")) return false;
    void copyAndSay(receipt.curl, "The request");
    return true;
  });
  const of = complete ? "" : ` of ${total?.toLocaleString("en") ?? "more"}`;
  const read = scanned === undefined ? "" : ` · read ${scanned.toLocaleString("en")}`;
  return (
    <div ref={line} className="answer-line" role="status">
      <span>
        Shown {shown.toLocaleString("en")}
        {of} {shown === 1 && !of ? nameOne(what) : what}
        {read} in {(receipt.tookMs / 1000).toFixed(2)} s · as of <Time at={receipt.at} />
      </span>
      {receipt.requestId && (
        <span>
          · request <CopyText text={receipt.requestId} />
        </span>
      )}
      <span className="no-print">
        <CopyText text={receipt.curl} label="Copy as curl" />
      </span>
    </div>
  );
}
