import type { PreparedExamples } from "../../shared/model/trainer.ts";

/** A client's examples in the form that the trainer reads. */
export interface PreparedShard {
  readonly train: PreparedExamples;
  readonly test: PreparedExamples;
}
