import Alert from "@cloudscape-design/components/alert";
import { useConsole } from "../app/context";

/** In place of a part of a page that operators alone see. */
export function OperatorsOnly({ what }: { what: string }) {
  const { me } = useConsole();
  return (
    <Alert header={what}>
      Operators only. You are signed in as <bdi>{me.email}</bdi> with{" "}
      {me.groups.length ? `the groups ${me.groups.join(", ")}` : "no groups"}.
    </Alert>
  );
}
