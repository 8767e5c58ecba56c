import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { read, type Api, type Schemas } from "../../api/client";
import { useConsole } from "../../app/context";
import { usePoll } from "../../app/usePoll";
import { useSend } from "../../app/useSend";
import { remember } from "./history";

const PIPELINE_MS = 5000;
const JOB_MS = 1000;
const WATCHED_MS = 5000;
/** As many letters as the API looks at. */
export const WINDOW = 500;

export function usePipeline() {
  const { api } = useConsole();
  return usePoll({
    key: ["pipeline"],
    read: async (signal) => {
      const reply = await read(api.GET("/api/v1/pipeline", { signal }));
      remember(reply.data, reply.at);
      return reply;
    },
    everyMs: PIPELINE_MS,
  });
}

/** What came to each workload in the last hour, as the overview has it. */
export function useArrivals() {
  const { api } = useConsole();
  const params = { query: { range: "1h" as const } };
  return usePoll({
    key: ["overview", "1h"],
    read: (signal) => read(api.GET("/api/v1/overview", { params, signal })),
    everyMs: PIPELINE_MS,
  });
}

/** The first letters of a queue; `isWatched` reads them again and again. */
export function useDeadLetters(queue: string, isWatched: boolean) {
  const { api } = useConsole();
  return usePoll({
    key: ["dead-letters", queue],
    enabled: queue !== "",
    read: (signal) =>
      read(
        api.GET("/api/v1/dead-letters/{queue}", {
          params: { path: { queue }, query: { limit: WINDOW } },
          signal,
        }),
      ),
    everyMs: isWatched && WATCHED_MS,
  });
}

/** One letter with its whole text. */
export function useLetter(queue: string, id: string) {
  const { api } = useConsole();
  return useQuery({
    queryKey: ["dead-letters", queue, id],
    queryFn: ({ signal }) => readLetter(api, queue, id, signal),
  });
}

export function readLetter(api: Api, queue: string, id: string, signal: AbortSignal) {
  const params = { path: { queue, letter_id: id } };
  return read(api.GET("/api/v1/dead-letters/{queue}/{letter_id}", { params, signal }));
}

/** Redrive or delete the chosen letters. */
export function useLetterAction(queue: string, action: "redrive" | "delete") {
  const queries = useQueryClient();
  return useSend(
    (api, ids: string[]) => {
      const init = { params: { path: { queue } }, body: { ids } };
      return read(
        action === "redrive"
          ? api.POST("/api/v1/dead-letters/{queue}/redrive", init)
          : api.POST("/api/v1/dead-letters/{queue}/delete", init),
      );
    },
    {
      onSuccess: () =>
        Promise.all([
          queries.invalidateQueries({ queryKey: ["dead-letters", queue] }),
          queries.invalidateQueries({ queryKey: ["pipeline"] }),
          queries.invalidateQueries({ queryKey: ["overview"] }),
        ]),
    },
  );
}

export function useStartJob(queue: string) {
  const queries = useQueryClient();
  return useSend(
    (api, perSecond: number) =>
      read(
        api.POST("/api/v1/dead-letters/{queue}/jobs", {
          params: { path: { queue } },
          body: { per_second: perSecond },
        }),
      ),
    { onSuccess: () => queries.invalidateQueries({ queryKey: ["jobs"] }) },
  );
}

type Job = Schemas["RedriveJob"];

/** The latest redrives of whole queues, or those of one status; read again while one runs. */
export function useJobs(status: Job["status"] | "") {
  const { api } = useConsole();
  return usePoll({
    key: ["jobs", status],
    read: (signal) =>
      read(
        api.GET("/api/v1/jobs", {
          params: { query: { limit: 20, ...(status && { status }) } },
          signal,
        }),
      ),
    everyMs: (reply) =>
      reply?.data.jobs.some((job: Job) => job.status === "running") ? JOB_MS : false,
  });
}

export function useJobAction() {
  const { api } = useConsole();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, action }: { id: string; action: "stop" | "resume" }) => {
      const init = { params: { path: { job_id: id } } };
      return read(
        action === "stop"
          ? api.POST("/api/v1/jobs/{job_id}/stop", init)
          : api.POST("/api/v1/jobs/{job_id}/resume", init),
      );
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["jobs"] }),
  });
}
