import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Grid from "@cloudscape-design/components/grid";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useNavigate } from "react-router";
import { ApiProblem } from "../../api/problem";
import { useConsole } from "../../app/context";
import { addNotice } from "../../app/notices";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { InternalLink } from "../../ui/InternalLink";
import { Time } from "../../ui/Time";
import { Title } from "../../ui/Title";
import { useUrlState } from "../../ui/useUrlState";
import { AdaptField } from "./AdaptField";
import { withoutAdapt } from "./adaptation";
import { MediaField } from "./MediaField";
import { editOf } from "./editing";
import { buildMessage, ZONES, type Draft, type Message } from "./model";
import { Previews } from "./Previews";
import { RecipientsFields } from "./RecipientsFields";
import { useSaveMessage, useValidation } from "./queries";
import { buildSeries, describeSubmit, isRepeated } from "./series/model";
import { useCreateSeries } from "./series/queries";
import { FillingFields } from "./templates/FillingFields";
import { useSource, type Source } from "./templates/queries";
import { copyOf, fillOf, useDraftMessage } from "./useDraftMessage";
import { isOff, useAdaptations } from "./useAdaptation";
import { useSettled } from "../../ui/useSettled";
import { WhenField } from "./WhenField";
import { WordsFields } from "./WordsFields";

const CHECK_AFTER_MS = 400;

/** Writes a message, with what the server says of it while it is written. */
export default function Composer() {
  const [state] = useUrlState();
  const source = useSource(state.edit ?? state.from ?? "");
  if (source.isLoading) return <Title>{state.edit ? "Edit the message" : "New message"}</Title>;
  if (source.error) return <ErrorAlert error={source.error} what="It could not be read" />;
  const day = /^\d{4}-\d{2}-\d{2}$/.test(state.day ?? "") ? (state.day as string) : "";
  const zone = ZONES.find((known) => known === state.tz) ?? "";
  if (state.edit && source.data && "message" in source.data) {
    const { message } = source.data;
    const version = `${message.id}-${message.rev}`; // a newer one is edited anew
    return <Form key={version} initial={editOf(message)} edited={message} day="" zone="" />;
  }
  const initial = source.data ? draftOf(source.data) : null;
  return <Form initial={initial} edited={null} day={day} zone={zone} />;
}

/** Whether the server would not take it at all, as for a recipient that is no address. */
function isRefused(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 400;
}

function draftOf(source: Source): Draft {
  return "message" in source ? copyOf(source.message) : fillOf(source.template);
}

interface FormProps {
  initial: Draft | null;
  /** The message that is changed; null for a new one. */
  edited: Message | null;
  /** Where the calendar wants it; "" for nowhere. */
  day: string;
  zone: string;
}

function Form({ initial, edited, day, zone }: FormProps) {
  const [key] = useState(() => crypto.randomUUID());
  const title = edited ? "Edit the message" : "New message";
  const { draft, change, addMedia, removeMedia, savedAt, forget } = useDraftMessage(
    initial,
    day,
    zone,
    edited ? `${edited.id}-${edited.rev}` : "",
  );
  const navigate = useNavigate();
  // The verb is there on stages that require approval alone.
  const needsApproval = useConsole().me.may.includes("messages.approve");
  const create = useSaveMessage(edited);
  const message = buildMessage(draft);
  const settled = useSettled(message, CHECK_AFTER_MS);
  const check = useValidation(settled && withoutAdapt(settled));
  const result = check.data?.data;

  const createSeries = useCreateSeries();
  const repeats = !edited && isRepeated(draft);
  const adaptations = useAdaptations(draft, !repeats);
  const series = repeats ? buildSeries(draft) : null;
  const submitSeries = async () => {
    if (!series || createSeries.isPending) return;
    const made = await createSeries.mutateAsync({ series, key: `${key}-series` });
    forget();
    addNotice({ type: "success", content: "The series is made." });
    void navigate(`/console/series/${made.data.id}`);
  };

  const submit = async (asDraft: boolean) => {
    if (!message || create.isPending) return;
    const made = await create.mutateAsync({ message, asDraft, key: asDraft ? `${key}-draft` : key });
    forget();
    const path = `/console/publisher/${made.data.id}`;
    addNotice({
      type: "success",
      content: (
        <>
          <InternalLink to={path}>The message</InternalLink> is {made.data.status}.
        </>
      ),
    });
    void navigate(path);
  };

  return (
    <form
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault();
        // Failures are shown from the mutations' errors.
        void (repeats ? submitSeries() : submit(false)).catch(() => undefined);
      }}
    >
      <SpaceBetween size="l">
        <Title
          info={
            savedAt && (
              <Box color="text-body-secondary" fontSize="body-s">
                Kept in this tab at <Time at={savedAt} />
              </Box>
            )
          }
        >
          {title}
        </Title>
        {create.error && <ErrorAlert error={create.error} what={edited ? "Nothing was changed" : "Nothing was published"} />}
        {createSeries.error && <ErrorAlert error={createSeries.error} what="No series was made" />}
        {check.error && <ErrorAlert error={check.error} what="The text could not be checked" />}
        <Grid
          gridDefinition={[
            { colspan: { default: 12, xs: 6 } },
            { colspan: { default: 12, xs: 6 } },
          ]}
        >
          <SpaceBetween size="m">
            {draft.filling ? (
              <FillingFields
                filling={draft.filling}
                channels={draft.channels}
                onChange={change}
              />
            ) : (
              <WordsFields draft={draft} onChange={change} />
            )}
            {!repeats && (
              <AdaptField draft={draft} isOff={isOff(adaptations)} onChange={change} />
            )}
            <RecipientsFields draft={draft} onChange={change} />
            <MediaField draft={draft} onAdd={addMedia} onRemove={removeMedia} />
            <WhenField draft={draft} mayRepeat={!edited} onChange={change} />
          </SpaceBetween>
          <Previews
            draft={draft}
            checks={result?.channels ?? []}
            isChecking={check.isFetching}
            adaptations={adaptations}
            onChange={change}
          />
        </Grid>
        <SpaceBetween direction="horizontal" size="xs">
          <Button
            variant="primary"
            loading={create.isPending || createSeries.isPending}
            disabled={!(repeats ? series : message) || result?.ok === false || isRefused(check.error)}
          >
            {describeSubmit(draft, needsApproval)}
          </Button>
          <Button
            formAction="none"
            disabled={!message || repeats}
            onClick={() => void submit(true).catch(() => undefined)}
          >
            Save as a draft
          </Button>
        </SpaceBetween>
      </SpaceBetween>
    </form>
  );
}
