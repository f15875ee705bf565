/**
 * How often a run does each thing that its price depends on: planned beforehand, or counted afterwards. The final pass is
 * part of all of them.
 */
export interface RunCounts {
  /** Of the state machine. */
  readonly executions: number;
  /** Rounds that train. */
  readonly rounds: number;
  /** Rounds before these that another run has trained, whose records this one takes over. */
  readonly taken: number;
  /** Owners who keep their data. 0 of a simulated run. */
  readonly owners: number;
  /** Of a run with owners the simulated clients beside them. */
  readonly beside: number;
  /** Those of them in accounts of their own, where the state machine invokes their functions: they ask for nothing. */
  readonly accounts: number;
  /** The same of the three owners who open sums of masks. */
  readonly helpersInAccounts: number;
  /** Participants that were asked to train: invocations of TrainClient, or owners' jobs. */
  readonly trainings: number;
  /** Those of them that find what the client kept of an earlier round; of interest where the strategy has it keep anything. */
  readonly returns: number;
  /** The same of those that only evaluate, the final pass's included. */
  readonly evaluations: number;
  /** Whether updates are masked, so that three helpers open sums in each round. */
  readonly masked: boolean;
  /** Clients that failed for good: their state leads to another one. */
  readonly silent: number;
  readonly baseline: BaselineCounts | null;
  /** What PrepareRun did in the command line's place; null where that has laid out the run. */
  readonly laidOut: LayingOut | null;
  /** Of the clients, and of the test set where it evaluates. */
  readonly shards: number;
  /** Whether PrepareRun writes them, or finds those of an earlier run. */
  readonly shardsWritten: boolean;
  /** Environments that read the plan: all but PrepareRun's, each once. */
  readonly environments: number;
}

/** Of a run whose execution somebody started without the command line. */
export interface LayingOut {
  /** Whether the bucket did not hold the data set yet. */
  readonly datasetWritten: boolean;
  /** Whether it is the sample, in the place of MNIST that nobody could fetch. */
  readonly stoodIn: boolean;
}

export interface BaselineCounts {
  readonly invocations: number;
  readonly epochs: number;
  readonly checkpoints: number;
}

export interface Requests {
  /** PUT: all that the functions write by. */
  readonly writes: number;
  /** GET and HEAD. */
  readonly reads: number;
}
