import type { Console } from "../app/context";
import { read } from "./client";
import { ApiProblem } from "./problem";

const COUNT = 50;
const NAMES = ["Ada Lovelace", "Grace Hopper", "Alan Turing", "Mary Jackson", "Katherine Johnson"];
const CITIES = ["London", "New York", "Berlin", "Tokyo"];

/** The records of the sample data, the same each time. */
export const SAMPLE_RECORDS = Array.from({ length: COUNT }, (_, index) => ({
  user_id: `sample-${index + 1}`,
  name: NAMES[(index + 1) % NAMES.length],
  city: CITIES[(index + 1) % CITIES.length],
}));

/**
 * Delete the sample records that are there.
 *
 * @throws ApiProblem
 */
export async function removeSampleRecords({ api }: Console): Promise<void> {
  for (const { user_id } of SAMPLE_RECORDS) {
    const params = { path: { user_id } };
    await read(api.DELETE("/api/v1/records/{user_id}", { params })).catch((error: unknown) => {
      if (!(error instanceof ApiProblem && error.status === 404)) throw error;
    });
  }
}
