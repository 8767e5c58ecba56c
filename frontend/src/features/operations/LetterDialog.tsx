import Box from "@cloudscape-design/components/box";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { AnswerLine } from "../../ui/AnswerLine";
import { CopyText } from "../../ui/CopyText";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { showControls } from "../../ui/text";
import { Time } from "../../ui/Time";
import { describeReason, type DeadLetter } from "./model";
import { useLetter } from "./queries";

interface Props {
  queue: string;
  id: string;
  onClose: () => void;
}

/** One letter with its whole text; it stays where it is. */
export function LetterDialog({ queue, id, onClose }: Props) {
  const letter = useLetter(queue, id);
  return (
    <Modal visible size="large" header="Dead letter" closeAriaLabel="Close" onDismiss={onClose}>
      <SpaceBetween size="m">
        {letter.isLoading && <StatusIndicator type="loading">Reading the letter</StatusIndicator>}
        {letter.error && (
          <ErrorAlert
            error={letter.error}
            what="The letter could not be read"
            onRetry={() => void letter.refetch()}
          />
        )}
        {letter.data && <Opened letter={letter.data.data} />}
        {letter.data && <AnswerLine shown={1} what="letter" complete receipt={letter.data} />}
      </SpaceBetween>
    </Modal>
  );
}

function Opened({ letter }: { letter: DeadLetter }) {
  return (
    <SpaceBetween size="m">
      <KeyValuePairs
        columns={2}
        items={[
          { label: "Id", value: <CopyText text={letter.id} /> },
          { label: "Died", value: <Time at={letter.died_at} /> },
          { label: "Reason", value: <bdi>{describeReason(letter)}</bdi> },
          { label: "Function", value: letter.function },
          { label: "Attempts", value: letter.attempts ?? "–" },
          { label: "Sent", value: <Time at={letter.sent_at} /> },
        ]}
      />
      <pre className="json-text" tabIndex={0}>
        <bdi>{showControls(letter.body)}</bdi>
      </pre>
      <Box>
        <CopyText text={letter.body} label="Copy the text" />
      </Box>
    </SpaceBetween>
  );
}
