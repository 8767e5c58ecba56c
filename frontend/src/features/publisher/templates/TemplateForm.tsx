import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { CopyRequest } from "../../../ui/CopyRequest";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { useDraftOf } from "../../../ui/useDraft";
import { MediaField } from "../MediaField";
import { withImage, withoutImage } from "../model";
import { WordsFields } from "../WordsFields";
import { buildTemplate, draftOf, type Template, type TemplateDraft } from "./model";
import { OverrideFields } from "./OverrideFields";
import { useSaveTemplate } from "./queries";

const HINT = "Write {{place}} for a field that each message fills in, and \\{{ for the text {{.";

const MOST_LETTERS = 100;

interface Props {
  /** Null for a new one. */
  template: Template | null;
  onDone: () => void;
}

/** Writes a template; what changed meanwhile is not overwritten. */
export function TemplateForm({ template, onDone }: Props) {
  const [key] = useState(() => crypto.randomUUID());
  const [before] = useState(template); // what is shown, if it is read again meanwhile
  const version = before ? `${before.id}-${before.rev}` : "new";
  const [draft, update, forget] = useDraftOf(`template-${version}`, draftOf(before));
  const change = (part: Partial<TemplateDraft>) => update((now) => ({ ...now, ...part }));
  const save = useSaveTemplate();
  const leave = () => {
    forget();
    onDone();
  };
  const body = buildTemplate(draft);
  const submit = () => {
    if (!save.isPending && body) save.mutate({ body, before, key }, { onSuccess: leave });
  };
  return (
    <form
      aria-label={template ? "Change the template" : "New template"}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Container>
        <SpaceBetween size="m">
          {save.error && <ErrorAlert error={save.error} what="The template was not saved" />}
          <FormField label="Name" description={HINT} stretch>
            <Input
              value={draft.name}
              onChange={({ detail }) => change({ name: detail.value.slice(0, MOST_LETTERS) })}
            />
          </FormField>
          <WordsFields draft={draft} onChange={change} />
          <OverrideFields
            channels={draft.channels}
            overrides={draft.overrides}
            onChange={(overrides) => change({ overrides })}
          />
          <MediaField
            draft={draft}
            onAdd={(id, name) => update((now) => withImage(now, id, name))}
            onRemove={(gone) => update((now) => withoutImage(now, gone))}
          />
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="primary" loading={save.isPending} disabled={!body}>
              Save the template
            </Button>
            <Button formAction="none" variant="link" onClick={leave}>
              Cancel
            </Button>
            <CopyRequest describe={body && (() => save.describe({ body, before, key }))} />
          </SpaceBetween>
        </SpaceBetween>
      </Container>
    </form>
  );
}
