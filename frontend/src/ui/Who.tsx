import { useConsole } from "../app/context";

const WHOLE = 16; // characters; a Cognito id has 36
const SHOWN = 8;

/** Who did something, by the user's id: "you", or as much of a long one as tells people apart. */
export function Who({ id }: { id: string | null | undefined }) {
  const { me } = useConsole();
  if (!id) return <>–</>;
  if (id === me.id) return <span title={id}>you</span>;
  return <bdi title={id}>{id.length > WHOLE ? `${id.slice(0, SHOWN)}…` : id}</bdi>;
}
