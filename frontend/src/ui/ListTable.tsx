import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useRef, type ReactNode } from "react";
import type { Receipt } from "../api/client";
import { AnswerLine } from "./AnswerLine";
import { ErrorAlert } from "./ErrorAlert";
import type { Pages } from "./usePages";
import { useRowKeys } from "./useRowKeys";
import "./listTable.css";

interface Props<T> {
  /** What the things are called, in the plural: "orders". */
  what: string;
  items: readonly T[];
  columns: TableProps.ColumnDefinition<T>[];
  trackBy: TableProps["trackBy"];
  pages: Pages;
  /** How many filters are set, so that an empty list says why it is empty. */
  filters?: number;
  onClearFilters?: () => void;
  /** What to do where nothing exists yet. */
  emptyHint: ReactNode;
  total?: number | null;
  /** Whether nothing more matches, where that is not whether there is another page. */
  complete?: boolean;
  scanned?: number | undefined;
  header?: ReactNode;
  filter?: ReactNode;
  selection?: Pick<
    TableProps<T>,
    "selectionType" | "selectedItems" | "onSelectionChange" | "ariaLabels"
  >;
  onOpen?: (item: T) => void;
}

/** A list with every state it can be in, and the answer line at its foot. */
export function ListTable<T>(props: Props<T>) {
  const { what, items, columns, pages, onOpen } = props;
  const list = useRef<HTMLDivElement>(null);
  useRowKeys(list);
  return (
    <div ref={list} className={pages.isStale ? "list is-stale" : "list"}>
      <SpaceBetween size="s">
        {pages.error !== null && (
          <ErrorAlert
            error={pages.error}
            what={
              items.length
                ? `The ${what} below are older: they could not be read again`
                : `The ${what} could not be read`
            }
            onRetry={pages.reload}
          />
        )}
        <Table<T>
          variant="container"
          items={items}
          columnDefinitions={columns}
          trackBy={props.trackBy}
          loading={pages.isLoading && items.length === 0}
          loadingText={`Loading the ${what}`}
          wrapLines
          enableKeyboardNavigation
          header={props.header}
          filter={props.filter}
          empty={<Empty {...props} />}
          onRowClick={onOpen && (({ detail }) => onOpen(detail.item))}
          footer={
            pages.receipt && (
              <Foot
                what={what}
                shown={items.length}
                pages={pages}
                receipt={pages.receipt}
                total={props.total ?? null}
                complete={props.complete ?? !pages.hasMore}
                scanned={props.scanned}
              />
            )
          }
          {...props.selection}
        />
      </SpaceBetween>
    </div>
  );
}

function Empty<T>({ what, filters = 0, onClearFilters, emptyHint, pages }: Props<T>) {
  if (pages.error !== null) return <Box>Nothing could be read.</Box>;
  if (filters > 0) {
    return (
      <SpaceBetween size="xs" alignItems="center">
        <Box>
          Nothing {pages.hasMore ? "so far " : ""}matches.{" "}
          {filters === 1 ? "1 filter is" : `${filters} filters are`} set.
        </Box>
        {onClearFilters && (
          <Button onClick={onClearFilters}>{filters === 1 ? "Clear it" : "Clear them"}</Button>
        )}
      </SpaceBetween>
    );
  }
  return (
    <SpaceBetween size="xs" alignItems="center">
      <Box variant="strong">No {what} yet</Box>
      <Box>{emptyHint}</Box>
    </SpaceBetween>
  );
}

interface FootProps {
  what: string;
  shown: number;
  pages: Pages;
  receipt: Receipt;
  total: number | null;
  complete: boolean;
  scanned: number | undefined;
}

function Foot({ pages, ...line }: FootProps) {
  return (
    <SpaceBetween size="xxs">
      {pages.hasMore && (
        <Button onClick={pages.loadMore} loading={pages.isLoadingMore} className="no-print">
          Load more
        </Button>
      )}
      <AnswerLine {...line} />
    </SpaceBetween>
  );
}
