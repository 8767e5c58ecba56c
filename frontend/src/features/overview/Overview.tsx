import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { read, type Reply } from "../../api/client";
import { useConsole } from "../../app/context";
import { usePoll } from "../../app/usePoll";
import { AnswerLine } from "../../ui/AnswerLine";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { lazyPart } from "../../ui/lazyPart";
import { LiveDot } from "../../ui/LiveDot";
import { Title } from "../../ui/Title";
import { useUrlState } from "../../ui/useUrlState";
import { Activities } from "./Activities";
import { Attention } from "./Attention";
import { fillIn, isFresh, RANGES, type Overview, type Range } from "./model";
import { Queues } from "./Queues";
import { Recent } from "./Recent";

const GetStarted = lazyPart(() => import("./GetStarted"), { isExtra: true }); // once there is data, nobody needs it
const EVERY_MS = 5000;

/** How everything is, and what needs somebody. */
export default function OverviewPage() {
  const { api, me } = useConsole();
  const [state, setState] = useUrlState();
  const range: Range = RANGES.find((known) => known === state.range) ?? "1h";
  const queries = useQueryClient();
  const overview = usePoll({
    key: ["overview", range],
    read: async (signal) => {
      const query = { range };
      const reply = await read(api.GET("/api/v1/overview", { params: { query }, signal }));
      const before = queries.getQueryData<Reply<Overview>>(["overview", range]);
      return { ...reply, data: fillIn(reply.data, before?.data) };
    },
    everyMs: EVERY_MS,
  });
  const data = overview.data?.data;
  const [isFirst, setFirst] = useState(false);
  const isAsked = state.start === "1";
  if (data && (isAsked || isFresh(data)) && !isFirst) setFirst(true); // it stays while it makes data
  return (
    <SpaceBetween size="l">
      <Title
        info={<LiveDot at={overview.data?.at} isLive error={overview.error} />}
        actions={
          <SegmentedControl
            label="Range"
            selectedId={range}
            options={RANGES.map((id) => ({ id, text: id }))}
            onChange={({ detail }) => setState({ range: detail.selectedId })}
          />
        }
      >
        Overview
      </Title>
      {overview.error && (
        <ErrorAlert
          error={overview.error}
          what={`The overview could not be read${data ? "; what is below is older" : ""}`}
          onRetry={() => void overview.refetch()}
        />
      )}
      {data && <Attention overview={data} isOld={overview.error !== null} />}
      {isFirst && (
        <div className="no-print">
          <GetStarted />
        </div>
      )}
      {data && <Activities overview={data} />}
      {me.may.includes("pipeline.read") && <Queues />}
      {data && <Recent overview={data} />}
      {overview.data && (
        <AnswerLine
          shown={overview.data.data.checks.length}
          what="checks"
          complete={overview.data.data.complete}
          receipt={overview.data}
        />
      )}
    </SpaceBetween>
  );
}
