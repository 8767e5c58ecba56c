import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useConsole } from "../../app/context";
import { addNotice } from "../../app/notices";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { InternalLink } from "../../ui/InternalLink";
import { Title } from "../../ui/Title";
import { useUrlState } from "../../ui/useUrlState";
import { AdaptField } from "./AdaptField";
import { withoutAdapt } from "./adaptation";
import { DraftFields, DraftTitle } from "./DraftFields";
import { editOf } from "./editing";
import { buildMessage, ZONES, type Draft, type Message } from "./model";
import { useCheck, useSaveMessage } from "./queries";
import { buildSeries, describeSubmit, isRepeated } from "./series/model";
import { useCreateSeries } from "./series/queries";
import { useSource, type Source } from "./templates/queries";
import { copyOf, fillOf, useDraftMessage } from "./useDraftMessage";
import { isOff, useAdaptations } from "./useAdaptation";
import { WhenField } from "./WhenField";

/** Writes a message, with what the server says of it while it is written. */
export default function Composer() {
  const [state] = useUrlState();
  const source = useSource(state.edit ?? state.from ?? "", state.of === "template");
  if (source.isLoading) return <Title>{state.edit ? "Edit the message" : "New message"}</Title>;
  if (source.error) return <ErrorAlert error={source.error} what="It could not be read" />;
  const day = /^\d{4}-\d{2}-\d{2}$/.test(state.day ?? "") ? (state.day as string) : "";
  const zone = ZONES.find((known) => known === state.tz) ?? "";
  if (state.edit && source.data && "message" in source.data) {
    const { message } = source.data;
    const version = versionOf(message); // a newer one is edited anew
    return <Form key={version} initial={editOf(message)} source={version} edited={message} />;
  }
  if (!source.data) return <Form initial={null} source="" edited={null} day={day} zone={zone} />;
  const from = "message" in source.data ? source.data.message : source.data.template;
  const begun = { initial: draftOf(source.data), source: `from-${versionOf(from)}` };
  return <Form key={begun.source} {...begun} edited={null} />;
}

function versionOf({ id, rev }: { id: string; rev: number }): string {
  return `${id}-${rev}`;
}

function draftOf(source: Source): Draft {
  return "message" in source ? copyOf(source.message) : fillOf(source.template);
}

interface FormProps {
  initial: Draft | null;
  /** What `initial` was made from; "" for nothing. */
  source: string;
  /** The message that is changed; null for a new one. */
  edited: Message | null;
  /** Where the calendar wants it; "" for nowhere. */
  day?: string;
  zone?: string;
}

function Form({ initial, source, edited, day = "", zone = "" }: FormProps) {
  const [key] = useState(() => crypto.randomUUID());
  const title = edited ? "Edit the message" : "New message";
  const drafting = useDraftMessage({ initial, source, day, zone });
  const { draft, change, forget } = drafting;
  const navigate = useNavigate();
  // The verb is there on stages that require approval alone.
  const needsApproval = useConsole().me.may.includes("messages.approve");
  const create = useSaveMessage(edited);
  const message = buildMessage(draft);
  const check = useCheck(message && withoutAdapt(message));
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
    const made = await create.mutateAsync({
      message,
      asDraft,
      key: asDraft ? `${key}-draft` : key,
    });
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
        <DraftTitle drafting={drafting}>{title}</DraftTitle>
        {create.error && (
          <ErrorAlert
            error={create.error}
            what={edited ? "Nothing was changed" : "Nothing was published"}
          />
        )}
        {createSeries.error && <ErrorAlert error={createSeries.error} what="No series was made" />}
        {check.error && <ErrorAlert error={check.error} what="The text could not be checked" />}
        <DraftFields drafting={drafting} check={check} adaptations={adaptations}>
          {!repeats && <AdaptField draft={draft} isOff={isOff(adaptations)} onChange={change} />}
          <WhenField draft={draft} mayRepeat={!edited} onChange={change} />
        </DraftFields>
        <SpaceBetween direction="horizontal" size="xs">
          <Button
            variant="primary"
            loading={create.isPending || createSeries.isPending}
            disabled={!(repeats ? series : message) || !check.isGood}
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
