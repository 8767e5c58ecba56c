import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { MediaField } from "../MediaField";
import { WordsFields } from "../WordsFields";
import type { NewTemplate, Template } from "./model";
import { OverrideFields } from "./OverrideFields";
import { useSaveTemplate } from "./queries";

const HINT = "Write {{place}} for a field that each message fills in, and \\{{ for the text {{.";

interface Props {
  /** Null for a new one. */
  template: Template | null;
  onDone: () => void;
}

/** Writes a template; what changed meanwhile is not overwritten. */
export function TemplateForm({ template, onDone }: Props) {
  const [key] = useState(() => crypto.randomUUID());
  const [before] = useState(template); // what is shown, if it is read again meanwhile
  const [name, setName] = useState(template?.name ?? "");
  const [words, setWords] = useState({
    content: template?.content ?? "",
    subject: template?.subject ?? "",
    channels: template?.channels ?? [],
  });
  const [overrides, setOverrides] = useState(template?.overrides ?? {});
  const [media, setMedia] = useState<string[]>(template?.media ?? []);
  const [mediaNames, setMediaNames] = useState<Record<string, string>>({});
  const save = useSaveTemplate();
  const isWritten = Boolean(name.trim() && words.content.trim());
  const submit = () => {
    if (save.isPending || !isWritten) return;
    const subject = words.subject.trim() || null;
    const body: NewTemplate = { name: name.trim(), ...words, subject, overrides, media };
    save.mutate({ body, before, key }, { onSuccess: onDone });
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
            <Input value={name} onChange={({ detail }) => setName(detail.value.slice(0, 100))} />
          </FormField>
          <WordsFields
            draft={words}
            onChange={(part) => setWords((now) => ({ ...now, ...part }))}
          />
          <OverrideFields
            channels={words.channels}
            overrides={overrides}
            onChange={setOverrides}
          />
          <MediaField
            draft={{ media, mediaNames }}
            onAdd={(id, fileName) => {
              setMedia((now) => [...now, id]);
              setMediaNames((now) => ({ ...now, [id]: fileName }));
            }}
            onRemove={(gone) => setMedia((now) => now.filter((id) => id !== gone))}
          />
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="primary" loading={save.isPending} disabled={!isWritten}>
              Save the template
            </Button>
            <Button formAction="none" variant="link" onClick={onDone}>
              Cancel
            </Button>
          </SpaceBetween>
        </SpaceBetween>
      </Container>
    </form>
  );
}
