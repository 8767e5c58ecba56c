import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import type { Schemas } from "../../api/client";
import { InternalLink } from "../../ui/InternalLink";
import { PATHS, readFigures, type Stop } from "./paths";
import { useArrivals } from "./queries";
import "./flows.css";

type State = Schemas["Pipeline"];

/** The path of each workload, with the numbers on its way. */
export function Flows({ state }: { state: State }) {
  const reported = useArrivals().data?.data.workloads ?? null;
  return (
    <Container header={<Header variant="h2">Paths</Header>}>
      {PATHS.map(({ name, stops }) => (
        <div key={name} className="flow">
          <strong>{name}</strong>
          <ol aria-label={`Path of ${name}`}>
            {stops.map((stop, number) => (
              <li key={stop.label}>
                {number > 0 && <Way stop={stop} state={state} reported={reported} />}
                <span className="flow-stop">{stop.label}</span>
              </li>
            ))}
          </ol>
        </div>
      ))}
    </Container>
  );
}

interface WayProps {
  stop: Stop;
  state: State;
  reported: Schemas["Overview"]["workloads"] | null;
}

function Way({ stop: { edge }, state, reported }: WayProps) {
  const { texts, dead } = edge ? readFigures(edge, state, reported) : { texts: [], dead: null };
  return (
    <span className="flow-way">
      {texts.map((text) => (
        <small key={text}>{text}</small>
      ))}
      {dead && (
        <InternalLink to={`/console/dead-letters/${encodeURIComponent(dead.name)}`}>
          {`${dead.dead_letters.toLocaleString("en")} dead`}
        </InternalLink>
      )}
    </span>
  );
}
