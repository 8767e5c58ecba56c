import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
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
import { LetterDialog } from "./LetterDialog";
import {
  describeReason,
  filterLetters,
  findLastRedrive,
  groupByReason,
  type DeadLetter,
} from "./model";
import { RedriveAll } from "./RedriveAll";
import { Redriven, type Redrive } from "./Redriven";
import { useDeadLetters, useLetterAction, WINDOW } from "./queries";

/** A window of one queue's dead letters. */
export function Letters({ queue }: { queue: string }) {
  const { me } = useConsole();
  const [state, setState] = useUrlState();
  const [chosen, setChosen] = useState<DeadLetter[]>([]);
  const [redriven, setRedriven] = useState<Redrive | null>(null);
  const read = useDeadLetters(queue, redriven?.isWatched ?? false);
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
          The first {WINDOW} of about {data.total}. “Redrive all” works on all of them.
        </Alert>
      )}
      {redrive.error && <ErrorAlert error={redrive.error} what="The letters were not redriven" />}
      {redriven && <Redriven redrive={redriven} letters={all} onChange={setRedriven} />}
      <ListTable<DeadLetter>
        what="dead letters"
        items={shown}
        trackBy="id"
        total={data?.total ?? null}
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
        filter={
          <SpaceBetween direction="horizontal" size="s">
            <FormField label="Reason">
              <Select
                selectedOption={{ value: filter.reason, label: filter.reason || "any reason" }}
                options={[
                  { value: "", label: "any reason" },
                  ...groups.map(({ reason, count }) => ({
                    value: reason,
                    label: reason,
                    labelTag: String(count),
                  })),
                ]}
                onChange={({ detail }) => setState({ reason: detail.selectedOption.value ?? null })}
              />
            </FormField>
            <FormField label="Id or body has">
              <Input
                type="search"
                clearAriaLabel="Clear"
                value={filter.text}
                onChange={({ detail }) => setState({ q: detail.value }, { typing: true })}
              />
            </FormField>
          </SpaceBetween>
        }
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
            cell: (letter) => (
              <>
                <Button variant="inline-link" onClick={() => setState({ sel: letter.id })}>
                  {letter.id}
                </Button>
                <br />
                <bdi>{showControls(letter.body)}</bdi>
                {letter.truncated && " …"}
              </>
            ),
          },
          {
            id: "reason",
            header: "Reason",
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
