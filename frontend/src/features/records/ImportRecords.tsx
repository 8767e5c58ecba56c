import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FileUpload from "@cloudscape-design/components/file-upload";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { useDraft } from "../../ui/useDraft";
import { guessFormat, readText, splitRows, type ImportFormat } from "./importing";
import { useImport, type Progress } from "./useImport";

const FORMATS = [
  { id: "ndjson", text: "NDJSON" },
  { id: "csv", text: "CSV" },
];
const SHOWN_CHARACTERS = 200_000; // a text area gets slow with more

/** Adds many records, from a file or as they are pasted. Bad rows are named, the others added. */
export default function ImportRecords({ onClose }: { onClose: () => void }) {
  const [kept, setText, forget] = useDraft("import");
  const [large, setLarge] = useState<string | null>(null); // more than a tab's storage takes
  const text = large ?? kept;
  const [fileName, setFileName] = useState("");
  const [chosen, setChosen] = useState<ImportFormat | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const { progress, begin, stop } = useImport();
  const format = chosen ?? guessFormat(fileName, text);
  const isLarge = text.length > SHOWN_CHARACTERS;

  const take = async (file: File | undefined) => {
    setFault(null);
    if (!file) return;
    try {
      const content = await readText(file);
      const isKept = content.length <= SHOWN_CHARACTERS;
      setLarge(isKept ? null : content);
      setText(isKept ? content : "");
      setFileName(file.name);
      setChosen(null);
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };
  const close = () => {
    forget();
    onClose();
  };
  const submit = () => {
    const isEmpty = !splitRows(text, format).length;
    setFault(isEmpty ? "There is no row to add." : null);
    if (!isEmpty) void begin(text, format);
  };
  return (
    <form
      aria-label="Import records"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Container
        header={
          <Header
            variant="h2"
            description="One JSON object a line, or a CSV whose first row names the attributes; each with a user_id. The same rows again add nothing twice."
          >
            Import records
          </Header>
        }
      >
        <SpaceBetween size="m">
          <FileUpload
            value={[]}
            accept=".ndjson,.jsonl,.csv,.txt"
            onChange={({ detail }) => void take(detail.value[0])}
            i18nStrings={{
              uploadButtonText: () => "Choose a file",
              dropzoneText: () => "Drop a file here",
              removeFileAriaLabel: () => "Remove the file",
              limitShowFewer: "Show fewer",
              limitShowMore: "Show more",
              errorIconAriaLabel: "Error",
            }}
          />
          <SegmentedControl
            label="Format"
            selectedId={format}
            options={FORMATS}
            onChange={({ detail }) => setChosen(detail.selectedId as ImportFormat)}
          />
          <FormField
            label={fileName ? `Rows of ${fileName}` : "Rows"}
            description={
              isLarge && `The beginning of ${text.length.toLocaleString("en")} characters.`
            }
            errorText={fault}
            stretch
          >
            <Textarea
              value={isLarge ? text.slice(0, SHOWN_CHARACTERS) : text}
              readOnly={isLarge}
              rows={6}
              spellcheck={false}
              disableBrowserAutocorrect
              placeholder={'{"user_id": "ada", "name": "Ada Lovelace"}'}
              onChange={({ detail }) => setText(detail.value)}
            />
          </FormField>
          {progress && <Outcome progress={progress} />}
          <SpaceBetween direction="horizontal" size="xs">
            {progress?.isRunning ? (
              <Button formAction="none" onClick={stop}>
                Stop
              </Button>
            ) : (
              <Button variant="primary">{isBroken(progress) ? "Go on" : "Import"}</Button>
            )}
            <Button formAction="none" variant="link" onClick={close}>
              Close
            </Button>
          </SpaceBetween>
        </SpaceBetween>
      </Container>
    </form>
  );
}

function isBroken(progress: Progress | null): boolean {
  return progress !== null && progress.done < progress.total;
}

function Outcome({ progress }: { progress: Progress }) {
  const { total, done, added, refused, isRunning, error } = progress;
  const count = (number: number) => number.toLocaleString("en");
  const result = `${count(added)} of ${count(total)} rows are stored, ${count(refused.length)} were refused.`;
  return (
    <SpaceBetween size="s">
      {isRunning && (
        <ProgressBar
          label="Import"
          value={total ? (100 * done) / total : 100}
          additionalInfo={`${count(done)} of ${count(total)} rows`}
        />
      )}
      {error !== null && <ErrorAlert error={error} what="The import was broken off" />}
      {!isRunning && (
        <Alert type={refused.length || done < total ? "warning" : "success"}>
          {result}
          {done < total && " “Go on” adds the rest, and nothing twice."}
        </Alert>
      )}
      {refused.length > 0 && (
        <Table
          variant="embedded"
          items={refused}
          trackBy={(row) => String(row.row)}
          header={<Header variant="h3">Refused rows</Header>}
          columnDefinitions={[
            { id: "row", header: "Row", isRowHeader: true, cell: ({ row }) => count(row) },
            { id: "why", header: "Reason", cell: ({ message }) => <bdi>{message}</bdi> },
          ]}
        />
      )}
    </SpaceBetween>
  );
}
