import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { AnswerLine } from "../../ui/AnswerLine";
import { sumScanned, type Pages } from "../../ui/usePages";
import { MOST_ROWS } from "./model";
import { PAGE } from "./queries";

interface Props {
  shown: number;
  /** How many there are; null where that is not known. */
  total: number | null;
  read: readonly { read: { scanned: number; complete: boolean } }[];
  pages: Pages;
}

/** What is shown of how many, and the way to more. */
export function Foot({ shown, total, read, pages }: Props) {
  const isFull = shown >= MOST_ROWS;
  const left = total === null ? PAGE : Math.min(PAGE, Math.max(1, total - shown));
  return (
    <>
      {isFull && <Alert>Older rows left the screen; they are still stored.</Alert>}
      <div className="log-foot">
        {pages.receipt && (
          <AnswerLine
            shown={shown}
            what="records"
            total={total === null ? null : Math.max(total, shown)}
            complete={!pages.hasMore && (read.at(-1)?.read.complete ?? false)}
            scanned={sumScanned(read)}
            receipt={pages.receipt}
          />
        )}
        {pages.hasMore && !isFull && (
          <span className="no-print">
            The newest {shown.toLocaleString("en")} of these; older ones follow.{" "}
            <Button loading={pages.isLoadingMore} onClick={pages.loadMore}>
              Load {left.toLocaleString("en")} more
            </Button>
          </span>
        )}
      </div>
    </>
  );
}
