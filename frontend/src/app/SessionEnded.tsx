import Button from "@cloudscape-design/components/button";
import type { Session } from "../auth/session";

/** Over the page, which stays as it was. */
export function SessionEnded({ session }: { session: Session }) {
  return (
    <div className="session-ended" role="alert">
      <span>Your session has ended. Sign in again: what you wrote is kept.</span>
      <Button onClick={() => void session.signIn()}>Sign in</Button>
    </div>
  );
}
