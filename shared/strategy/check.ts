import type { Config } from "../config/schema.ts";
import { configInvalid } from "../errors.ts";
import { selectedCount } from "../rounds/selection.ts";
import { quorumOf } from "./quorum.ts";
import { openStrategy } from "./strategies.ts";

/**
 * Whether the smallest round that the quorum lets pass has the updates that the strategy takes.
 * @throws ConfigInvalid saying how many it takes and why
 */
export function checkStrategy({ federation, partition }: Config): void {
  const { name, needs } = openStrategy(federation.strategy);
  const selected = selectedCount(federation, partition.clients);
  const fewest = quorumOf(federation.quorum, selected);
  if (fewest >= needs.updates) return;
  throw configInvalid(
    `federation.strategy: ${name} takes at least ${needs.updates} updates a round (${needs.because}), and with ` +
      `${selected} clients selected and a quorum of ${federation.quorum} a round may have ${fewest}; raise ` +
      "partition.clients, federation.fraction or federation.quorum, or take another strategy",
  );
}
