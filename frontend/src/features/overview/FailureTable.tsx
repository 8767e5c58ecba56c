import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import type { FailedRequest } from "../../api/failures";
import { lookUp } from "../../app/lookUp";
import { Time } from "../../ui/Time";

interface Props {
  name: string;
  failures: readonly (FailedRequest & { others?: number })[];
  empty: string;
}

/** Requests that failed, each with its id to look up. */
export function FailureTable({ name, failures, empty }: Props) {
  return (
    <Container header={<Header variant="h2">{name}</Header>}>
      {failures.length === 0 ? (
        empty
      ) : (
        <table className="recent">
          <caption className="unseen">{name}</caption>
          <thead>
            <tr>
              <th scope="col">Request id</th>
              <th scope="col">Asked, and the response</th>
            </tr>
          </thead>
          <tbody>
            {failures.map(({ at, method, route, status, code, requestId, others }) => (
              <tr key={`${at} ${requestId}`}>
                <th scope="row">
                  <RequestId id={requestId} />
                </th>
                <td>
                  {method} <bdi>{route}</bdi>
                  <Box fontSize="body-s">
                    {status} {code} · <Time at={at} />
                    {others ? ` · ${others} more before it were not kept` : ""}
                  </Box>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Container>
  );
}

function RequestId({ id }: { id: string | null }) {
  if (!id) return <>–</>;
  return (
    <Button
      variant="inline-link"
      wrapText={false}
      ariaLabel={`Look up ${id}`}
      onClick={() => lookUp(id)}
    >
      {`${id.slice(0, 8)}…`}
    </Button>
  );
}
