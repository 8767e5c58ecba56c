import Alert from "@cloudscape-design/components/alert";
import type { ReactNode } from "react";
import { useConsole, type Verb } from "./context";
import { Title } from "../ui/Title";

interface Props {
  needs: Verb | undefined;
  children: ReactNode;
}

/** The page, or that it is not for this person; the API decides in any case. */
export function RequirePermission({ needs, children }: Props) {
  const { me } = useConsole();
  if (!needs || me.may.includes(needs)) return children;
  return (
    <>
      <Title>No permission</Title>
      <Alert type="warning" header="Your groups do not allow this page">
        You are signed in as {me.email} with{" "}
        {me.groups.length ? `the groups ${me.groups.join(", ")}` : "no groups"}; this page needs “
        {needs}”. Ask an operator to add you to a group.
      </Alert>
    </>
  );
}
