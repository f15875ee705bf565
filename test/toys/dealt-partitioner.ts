import * as z from "zod";
import { definePartitioner } from "../../shared/partition/partitioner.ts";
import { clients, kindField } from "../../shared/partition/settings.ts";

/** A partitioner that fedstep does not have: client c gets every example whose position leaves c, as cards are dealt. */
export const dealt = definePartitioner(
  z.strictObject({ kind: kindField("dealt"), clients }).describe("Dealt as cards."),
  ({ labels, settings }) =>
    Array.from({ length: settings.clients }, (_, client) =>
      Uint32Array.from(labels.keys()).filter((position) => position % settings.clients === client),
    ),
);
