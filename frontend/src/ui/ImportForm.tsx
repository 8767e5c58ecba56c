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
import { ErrorAlert } from "./ErrorAlert";
import { guessFormat, readText, splitRows, type ImportFormat } from "./importing";
import { useDraft } from "./useDraft";
import { useImport, type Progress, type SendPart } from "./useImport";

const FORMATS = [
  { id: "ndjson", text: "NDJSON" },
  { id: "csv", text: "CSV" },
];
const SHOWN_CHARACTERS = 200_000; // a text area gets slow with more

interface Props {
  /** Such as "records". */
  what: string;
  /** What the good rows are afterwards, such as "rows are stored". */
  done: string;
  description: string;
  placeholder: string;
  /** Judges rows and changes nothing; absent where the API does not offer it. */
  check?: SendPart;
  send: SendPart;
  onDone: () => Promise<unknown>;
  onClose: () => void;
}

/** Sends many rows, from a file or as they are pasted. Bad rows are named, the others taken. */
export function ImportForm({ what, check, send, onClose, ...props }: Props) {
  const [kept, setKept, forget] = useDraft(`import-${what}`);
  const [large, setLarge] = useState<string | null>(null); // more than a tab's storage takes
  const text = large ?? kept;
  const [fileName, setFileName] = useState("");
  const [chosen, setChosen] = useState<ImportFormat | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const { progress, begin, stop, forget: forgetProgress } = useImport(props.onDone);
  const format = chosen ?? guessFormat(fileName, text);
  const isLarge = text.length > SHOWN_CHARACTERS;
  const setText = (content: string) => {
    setKept(content);
    forgetProgress(); // it was of another text
  };

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
  const submit = (by: SendPart, isCheck: boolean) => {
    const isEmpty = !splitRows(text, format).length;
    setFault(isEmpty ? "There is no row to add." : null);
    if (!isEmpty) void begin(text, format, by, isCheck);
  };
  return (
    <form
      aria-label={`Import ${what}`}
      onSubmit={(event) => {
        event.preventDefault();
        submit(send, false);
      }}
    >
      <Container
        header={
          <Header variant="h2" description={props.description}>
            Import {what}
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
              readOnly={isLarge || progress?.isRunning === true}
              rows={6}
              spellcheck={false}
              disableBrowserAutocorrect
              placeholder={props.placeholder}
              onChange={({ detail }) => setText(detail.value)}
            />
          </FormField>
          {progress && <Outcome progress={progress} done={props.done} />}
          <SpaceBetween direction="horizontal" size="xs">
            {!progress?.isRunning && check && (
              <Button formAction="none" onClick={() => submit(check, true)}>
                Check
              </Button>
            )}
            {progress?.isRunning ? (
              // Keys: as one element it would be a submit button before the click on Stop is over.
              <Button key="stop" formAction="none" onClick={stop}>
                Stop
              </Button>
            ) : (
              <Button key="send" variant="primary" disabled={hasNoGoodRow(progress)}>
                {nameImport(progress, what)}
              </Button>
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

const count = (number: number) => number.toLocaleString("en");

/** What the button does: once all rows were checked, it says how many are made. */
function nameImport(progress: Progress | null, what: string): string {
  if (!progress) return "Import";
  const isWhole = progress.done === progress.total;
  if (!progress.isCheck) return isWhole ? "Import" : "Go on";
  const objects = progress.added === 1 ? what.replace(/s$/, "") : what;
  return isWhole ? `Import ${count(progress.added)} ${objects}` : "Import";
}

function hasNoGoodRow(progress: Progress | null): boolean {
  return progress?.isCheck === true && progress.done === progress.total && progress.added === 0;
}

function describe({ isCheck, total, added, refused }: Progress, done: string): string {
  const [good, bad] = [`${count(added)} of ${count(total)}`, count(refused.length)];
  if (isCheck) return `${good} rows can be imported, ${bad} cannot. Nothing was changed.`;
  return `${good} ${done}, ${bad} were refused.`;
}

function Outcome({ progress, done: verb }: { progress: Progress; done: string }) {
  const { isCheck, total, done, refused, isRunning, error } = progress;
  return (
    <SpaceBetween size="s">
      {isRunning && (
        <ProgressBar
          label={isCheck ? "Check" : "Import"}
          value={total ? (100 * done) / total : 100}
          additionalInfo={`${count(done)} of ${count(total)} rows`}
        />
      )}
      {error !== null && (
        <ErrorAlert error={error} what={`The ${isCheck ? "check" : "import"} was broken off`} />
      )}
      {!isRunning && (
        <Alert type={refused.length || done < total ? "warning" : "success"}>
          {describe(progress, verb)}
          {done < total && !isCheck && " “Go on” adds the rest, and nothing twice."}
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
