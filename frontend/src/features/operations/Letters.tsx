import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useConsole } from "../../app/context";
import { CopyRequest } from "../../ui/CopyRequest";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { ListTable } from "../../ui/ListTable";
import { showControls } from "../../ui/text";
import { Time } from "../../ui/Time";
import { useUrlState } from "../../ui/useUrlState";
import { DeleteLetters } from "./DeleteLetters";
import { DiedAgain } from "./DiedAgain";
import { LetterDialog } from "./LetterDialog";
import { LetterFilters } from "./LetterFilters";
import {
  describeReason,
  filterLetters,
  beginningOf,
  findLatestJob,
  findLastRedrive,
  groupByReason,
  isWatched,
  type DeadLetter,
} from "./model";
import { Reasons } from "./Reasons";
import { RedriveAll } from "./RedriveAll";
import { Redriven, type Redrive } from "./Redriven";
import { useDeadLetters, useJobs, useLetterAction, WINDOW } from "./queries";

/** A window of one queue's dead letters. */
export function Letters({ queue }: { queue: string }) {
  const { me } = useConsole();
  const [state, setState] = useUrlState();
  const [chosen, setChosen] = useState<DeadLetter[]>([]);
  const [redriven, setRedriven] = useState<Redrive | null>(null);
  const job = findLatestJob(useJobs("").data?.data.jobs ?? [], queue);
  const read = useDeadLetters(queue, redriven?.isWatched || isWatched(job, new Date()));
  const redrive = useLetterAction(queue, "redrive");
  const data = read.data?.data;
  const all = data?.letters ?? [];
  const filter = { reason: state.reason ?? "", text: state.q ?? "" };
  const shown = filterLetters(all, filter);
  const groups = groupByReason(all);
  const ids = chosen.map(({ id }) => id);
  return (
    <SpaceBetween size="s">
      {data && data.total > WINDOW && (
        <Alert>
          The first {WINDOW} of about {data.total.toLocaleString("en")}. Redrive all works on all.
        </Alert>
      )}
      {redrive.error && <ErrorAlert error={redrive.error} what="The letters were not redriven" />}
      {job && <DiedAgain job={job} letters={all} />}
      {redriven && <Redriven redrive={redriven} letters={all} onChange={setRedriven} />}
      <Reasons groups={groups} onChoose={(reason) => setState({ reason })} />
      <ListTable<DeadLetter>
        what="dead letters"
        items={shown}
        trackBy="id"
        total={data?.total ?? null}
        complete={(data?.total ?? 0) <= all.length}
        pages={{
          isLoading: read.isFetching,
          isLoadingMore: false,
          hasMore: false,
          loadMore: () => undefined,
          reload: () => void read.refetch(),
          error: read.error,
          receipt: read.data ?? null,
        }}
        filters={[filter.reason, filter.text].filter(Boolean).length}
        onClearFilters={() => setState({ reason: null, q: null })}
        emptyHint="Every message was processed."
        selection={{
          selectionType: "multi",
          selectedItems: chosen,
          onSelectionChange: ({ detail }) => setChosen(detail.selectedItems),
          ariaLabels: {
            allItemsSelectionLabel: () => "Choose all that are shown",
            itemSelectionLabel: (_, letter) => `Choose ${letter.id}`,
            selectionGroupLabel: "Chosen letters",
          },
        }}
        header={
          <SpaceBetween direction="horizontal" size="xs">
            <Button
              disabled={!chosen.length || !me.may.includes("dead_letters.redrive")}
              loading={redrive.isPending}
              onClick={() =>
                redrive.mutate(ids, {
                  onSuccess: ({ data: result }) => {
                    setChosen([]);
                    setRedriven({ result, since: findLastRedrive(all), isWatched: true });
                  },
                })
              }
            >
              Redrive {chosen.length}
            </Button>
            <RedriveAll queue={queue} total={data?.total ?? 0} />
            <DeleteLetters queue={queue} letters={chosen} onDone={() => setChosen([])} />
            <Button iconName="refresh" ariaLabel="Look again" onClick={() => void read.refetch()} />
            {ids.length > 0 && <CopyRequest describe={() => redrive.describe(ids)} />}
          </SpaceBetween>
        }
        filter={<LetterFilters filter={filter} groups={groups} onChange={setState} />}
        columns={[
          { id: "at", header: "Died", cell: (letter) => <Time at={letter.died_at} /> },
          {
            id: "attempts",
            header: "Attempts",
            cell: ({ attempts, redriven }) => (
              <>
                {attempts ?? "–"}
                {redriven && (
                  <Box fontSize="body-s">died again, redriven {redriven.count} times</Box>
                )}
              </>
            ),
          },
          {
            id: "body",
            header: "Id and body",
            isRowHeader: true,
            minWidth: 280,
            cell: (letter) => (
              <>
                <Button variant="inline-link" onClick={() => setState({ sel: letter.id })}>
                  {letter.id}
                </Button>
                <br />
                <bdi className="message-text">{showControls(beginningOf(letter))}</bdi>
              </>
            ),
          },
          {
            id: "reason",
            header: "Reason",
            minWidth: 220,
            cell: (letter) => (
              <>
                <bdi>{describeReason(letter)}</bdi>
                <Box fontSize="body-s" color="text-body-secondary">
                  {letter.function}
                </Box>
              </>
            ),
          },
        ]}
      />
      {state.sel && (
        <LetterDialog queue={queue} id={state.sel} onClose={() => setState({ sel: null })} />
      )}
    </SpaceBetween>
  );
}
