import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useConsole } from "../../app/context";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { RemoveSampleRecords } from "../../ui/RemoveSampleRecords";
import { FirstSteps } from "./FirstSteps";
import { makeSampleData, SAMPLE_SIZES, type SampleKind } from "./sampleData";

type Progress = Partial<Record<SampleKind, number>>;

const NAMES: Record<SampleKind, string> = {
  records: "records",
  orders: "orders",
  logs: "log lines",
  messages: "messages",
};

/** Where to begin, while nothing is there; never on stage prod. */
export default function GetStarted() {
  const console = useConsole();
  const queries = useQueryClient();
  const [progress, setProgress] = useState<Progress | null>(null);
  const [isRunning, setRunning] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const stop = useRef<AbortController | null>(null);
  if (console.config.stage === "prod") return null;
  const begin = async () => {
    stop.current = new AbortController();
    setError(null);
    setProgress({});
    setRunning(true);
    try {
      await makeSampleData(
        console,
        (kind, done) => setProgress((before) => ({ ...before, [kind]: done })),
        stop.current.signal,
      );
    } catch (failure) {
      if (!stop.current.signal.aborted) setError(failure);
    } finally {
      setRunning(false);
      await queries.invalidateQueries();
    }
  };
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Each is made by the public API, as your own programs would, and once however often you click."
          actions={
            isRunning ? (
              <Button onClick={() => stop.current?.abort()}>Stop</Button>
            ) : (
              <Button variant="primary" onClick={() => void begin()}>
                Make sample data
              </Button>
            )
          }
        >
          Get started
        </Header>
      }
    >
      <SpaceBetween size="m">
        <FirstSteps />
        {error !== null && <ErrorAlert error={error} what="Not all sample data was made" />}
        {progress &&
          (Object.keys(SAMPLE_SIZES) as SampleKind[]).map((kind) => (
            <ProgressBar
              key={kind}
              label={NAMES[kind]}
              value={(100 * (progress[kind] ?? 0)) / SAMPLE_SIZES[kind]}
              additionalInfo={`${progress[kind] ?? 0} of ${SAMPLE_SIZES[kind]}`}
            />
          ))}
        {progress && !isRunning && (
          <>
            <Box>Made again it changes nothing: each has an id of its own.</Box>
            <RemoveSampleRecords />
          </>
        )}
      </SpaceBetween>
    </Container>
  );
}
