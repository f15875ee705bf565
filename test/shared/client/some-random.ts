import { clientRandom } from "../../../shared/client/randomness.ts";

/** Of some client in some round, for what draws nothing. */
export const someRandom = clientRandom(1, new Uint8Array(32), {
  run: "r",
  round: 1,
  attempt: 1,
  client: 0,
  chainSha256: "",
  shardSha256: "",
});
