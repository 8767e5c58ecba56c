import {
  useMutation,
  type UseMutationOptions,
  type UseMutationResult,
} from "@tanstack/react-query";
import { describeUnsent, type Api } from "../api/client";
import { useConsole } from "./context";

export type Sending<Given, Result> = UseMutationResult<Result, Error, Given> & {
  /** The curl command of the request that `mutate` would send; it sends nothing. */
  describe: (given: Given) => Promise<string>;
};

/** A change by the API: `send` makes one request, to send it or to tell it as curl. */
export function useSend<Given, Result>(
  send: (api: Api, given: Given) => Promise<Result>,
  options: Omit<UseMutationOptions<Result, Error, Given>, "mutationFn"> = {},
): Sending<Given, Result> {
  const { api, config } = useConsole();
  const mutation = useMutation({ ...options, mutationFn: (given: Given) => send(api, given) });
  return {
    ...mutation,
    describe: (given) => describeUnsent(config, (unsent) => send(unsent, given)),
  };
}
