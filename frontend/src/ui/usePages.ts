import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import type { Receipt, Reply } from "../api/client";
import { pauseMs, type Failing } from "../app/queryClient";
import { useSignedIn } from "../app/usePoll";

/** What a list shows of its reading, beside its items. */
export interface Pages {
  isLoading: boolean;
  /** What is shown is of another filter until the response is there. */
  isStale?: boolean;
  isLoadingMore: boolean;
  hasMore: boolean;
  loadMore: () => void;
  reload: () => void;
  error: Error | null;
  /** Of the latest page. */
  receipt: Receipt | null;
}

interface Options<T> {
  key: readonly unknown[];
  /** Read the page that `cursor` names; the first without one. */
  read: (cursor: string | undefined, signal: AbortSignal) => Promise<Reply<T>>;
  cursorOf: (data: T) => string | null | undefined;
  enabled?: boolean;
  /** How long to wait before all pages so far are read again; absent for a list that is not live. */
  everyMs?: number;
}

/** A list that is read page by page; `data` are the pages so far. */
export function usePages<T>({ key, read, cursorOf, enabled = true, everyMs }: Options<T>): {
  data: T[];
  pages: Pages;
} {
  const isSignedIn = useSignedIn();
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ data }) => cursorOf(data) ?? undefined,
    placeholderData: keepPreviousData,
    enabled,
    ...(everyMs && {
      refetchInterval: (query: Failing) =>
        isSignedIn && (query.state.error === null ? everyMs : pauseMs(query)),
      refetchOnWindowFocus: "always" as const,
    }),
  });
  const replies = query.data?.pages ?? [];
  return {
    data: replies.map((reply) => reply.data),
    pages: {
      isLoading: query.isFetching,
      isStale: query.isPlaceholderData,
      isLoadingMore: query.isFetchingNextPage,
      hasMore: query.hasNextPage,
      loadMore: () => void query.fetchNextPage(),
      reload: () => void query.refetch(),
      error: query.error,
      receipt: replies.at(-1) ?? null,
    },
  };
}

/** How many items were read for the pages so far. */
export function sumScanned(pages: readonly { read: { scanned: number } }[]): number | undefined {
  return pages.length ? pages.reduce((sum, { read }) => sum + read.scanned, 0) : undefined;
}
