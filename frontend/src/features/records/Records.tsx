import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useConsole } from "../../app/context";
import { lazyPart } from "../../ui/lazyPart";
import { OperatorsOnly } from "../../ui/OperatorsOnly";
import { Title } from "../../ui/Title";
import { useUrlState } from "../../ui/useUrlState";
import { AddRecord } from "./AddRecord";
import { AllRecords } from "./AllRecords";
import { FindRecord } from "./FindRecord";

const ImportRecords = lazyPart(() => import("./ImportRecords"), { isExtra: true });

/** Find, open, add and, for operators, list records. */
export default function Records() {
  const { me } = useConsole();
  const [state, setState] = useUrlState();
  const isAdding = state.add === "1";
  const mayImport = me.may.includes("records.import");
  return (
    <SpaceBetween size="l">
      <Title
        description="Any JSON by its user ID. Who looks what up is counted."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            {mayImport && <Button onClick={() => setState({ import: "1" })}>Import</Button>}
            <Button variant="primary" onClick={() => setState({ add: "1" })}>
              Add a record
            </Button>
          </SpaceBetween>
        }
      >
        Records
      </Title>
      {isAdding && (
        <AddRecord initialId={state.id ?? ""} onClose={() => setState({ add: null, id: null })} />
      )}
      {mayImport && state.import === "1" && (
        <ImportRecords onClose={() => setState({ import: null })} />
      )}
      <FindRecord />
      {me.may.includes("records.list") ? <AllRecords /> : <OperatorsOnly what="All records" />}
    </SpaceBetween>
  );
}
