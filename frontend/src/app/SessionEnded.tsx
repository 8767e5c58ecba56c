import Button from "@cloudscape-design/components/button";
import { useConsole } from "./context";

/** Over the page, which stays as it was. */
export function SessionEnded() {
  const { session } = useConsole();
  return (
    <div className="session-ended" role="alert">
      <span>Your session has ended. Sign in again: what you wrote is kept.</span>
      <Button onClick={() => void session.signIn()}>Sign in</Button>
    </div>
  );
}
