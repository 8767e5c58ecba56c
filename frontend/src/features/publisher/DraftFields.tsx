import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Grid from "@cloudscape-design/components/grid";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";
import { Time } from "../../ui/Time";
import { Title } from "../../ui/Title";
import { MediaField } from "./MediaField";
import { Previews } from "./Previews";
import { RecipientsFields } from "./RecipientsFields";
import { FillingFields } from "./templates/FillingFields";
import type { Adaptations } from "./useAdaptation";
import type { Check } from "./queries";
import type { Drafting } from "./useDraftMessage";
import { WordsFields } from "./WordsFields";

interface Props {
  drafting: Drafting;
  check: Check;
  adaptations: Adaptations;
  /** The fields that only a message or only a series has. */
  children: ReactNode;
}

/** What is said and to whom, beside what each channel will show. */
export function DraftFields({ drafting, check, adaptations, children }: Props) {
  const { draft, change, addMedia, removeMedia } = drafting;
  return (
    <Grid
      gridDefinition={[{ colspan: { default: 12, xs: 6 } }, { colspan: { default: 12, xs: 6 } }]}
    >
      <SpaceBetween size="m">
        {draft.filling ? (
          <FillingFields filling={draft.filling} channels={draft.channels} onChange={change} />
        ) : (
          <WordsFields draft={draft} onChange={change} />
        )}
        <RecipientsFields draft={draft} onChange={change} />
        <MediaField draft={draft} onAdd={addMedia} onRemove={removeMedia} />
        {children}
      </SpaceBetween>
      <Previews
        draft={draft}
        checks={check.channels}
        isChecking={check.isChecking}
        adaptations={adaptations}
        onChange={change}
      />
    </Grid>
  );
}

interface TitleProps {
  drafting: Drafting;
  children: string;
}

/** The heading of what is written, with whether it is kept. */
export function DraftTitle({ drafting: { savedAt, isKept, discard }, children }: TitleProps) {
  return (
    <Title
      info={
        isKept && (
          <Box color="text-body-secondary" fontSize="body-s">
            Kept in this tab{" "}
            {savedAt && (
              <>
                at <Time at={savedAt} />
              </>
            )}{" "}
            <Button formAction="none" variant="inline-link" onClick={discard}>
              Discard it
            </Button>
          </Box>
        )
      }
    >
      {children}
    </Title>
  );
}
