import * as z from "zod";
import { defineStrategy } from "../../shared/strategy/define.ts";
import { fromSums, stepped } from "../../shared/strategy/reductions.ts";
import { nameField } from "../../shared/strategy/settings.ts";

/** A strategy that fedstep does not have: the server goes a part of the way to the clients' average. */
export const halfStep = defineStrategy(
  z.strictObject({
    name: nameField("HalfStep"),
    share: z.number().gt(0).max(1).default(0.5).describe("Part of the way to the average."),
  }),
  ({ share }) => ({
    reduction: fromSums(({ change, examples }, { global }) => ({
      parameters: stepped(global, change, examples, share),
      state: {},
    })),
  }),
);
