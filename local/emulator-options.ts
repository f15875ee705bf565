import type { LocalFunction } from "./assembly/assembly.ts";
import type { GivenStack } from "./assembly/other-stacks.ts";
import type { Injection } from "./chaos/journal.ts";
import type { FaultPlan } from "./chaos/plan.ts";
import type { Decided } from "./iam/access-control.ts";

export interface EmulatorOptions {
  /** Folder of objects, executions, logs and assemblies; made where it is missing. */
  readonly home: string;
  /** 0 or absent takes any free port. */
  readonly port?: number;
  /** Lambda environments that work at once; default: as many as there are cores. */
  readonly environments?: number;
  /** With the TensorFlow.js trainer in the bundles. */
  readonly tfjs?: boolean;
  /** The project whose stack is the coordinator's; this one unless said otherwise. */
  readonly root?: string;
  /** Cloud assemblies that are deployed beside the coordinator's, in accounts of their own or in its own. */
  readonly stacks?: readonly GivenStack[];
  /** Of these stacks' accounts, those that the coordinator's stack is to know as owners', as its setting has them. */
  readonly ownerAccounts?: string | undefined;
  /** Called when the assembly is not cached and has to be synthesized, which takes seconds. */
  readonly onSynth?: () => void;
  /** Faults to inject; HOME/chaos tells afterwards which were. */
  readonly chaos?: ChaosOptions | undefined;
  /** The state machine's retries wait for milliseconds in place of seconds; nothing else changes. */
  readonly fastRetries?: boolean;
  /** Variables that the functions find beside those of the stack. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** What a measurement makes different from this machine's defaults. */
  readonly conditions?: Conditions | undefined;
  /** Told what the assembly's policies decide on every request. */
  readonly decided?: Decided | undefined;
  /** Ends the start where that takes long. */
  readonly signal?: AbortSignal | undefined;
}

/** Conditions of AWS that a machine does not have by itself. */
export interface Conditions {
  /** Memory of the function of this name, in place of what the stack gives it. */
  readonly memoryMb: (functionName: string) => number;
  /** Told of every environment's process that has initialized, before it gets its first event. */
  readonly initialized: (pid: number, fn: LocalFunction) => void;
  /** By how many milliseconds S3's answer to a method is held back. */
  readonly latencyMs: (method: string) => number;
}

export interface ChaosOptions {
  readonly plan: FaultPlan;
  /** Told of every fault, when it is injected. */
  readonly injected?: (injection: Injection) => void;
}
