import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { homeUnwritable } from "../shared/errors.ts";
import type { Assembly } from "./assembly/assembly.ts";
import { loadAssembly } from "./assembly/load.ts";
import { localBucket } from "./assembly/names.ts";
import { Chaos } from "./chaos/chaos.ts";
import { type Injection, openJournal } from "./chaos/journal.ts";
import type { FaultPlan } from "./chaos/plan.ts";
import { startCloudFormation } from "./cloudformation/cloudformation.ts";
import { metricLinesOf } from "./cloudwatch/embedded-metrics.ts";
import { MetricStore } from "./cloudwatch/metric-store.ts";
import { startLambda } from "./lambda/lambda.ts";
import { startS3 } from "./s3/s3.ts";
import { startStepFunctions } from "./stepfunctions/stepfunctions.ts";

export interface EmulatorOptions {
  /** Folder of objects, executions, logs and assemblies; made where it is missing. */
  readonly home: string;
  /** 0 or absent takes any free port. */
  readonly ports?: {
    readonly s3: number;
    readonly lambda: number;
    readonly states: number;
    readonly cloudFormation: number;
  };
  /** Lambda environments that work at once; default: as many as there are cores. */
  readonly environments?: number;
  /** With the TensorFlow.js trainer in the bundles. */
  readonly tfjs?: boolean;
  /** Called when the assembly is not cached and has to be synthesized, which takes seconds. */
  readonly onSynth?: () => void;
  /** Faults to inject; HOME/chaos tells afterwards which were. */
  readonly chaos?: ChaosOptions | undefined;
  /** The state machine's retries wait for milliseconds in place of seconds; nothing else changes. */
  readonly fastRetries?: boolean;
}

export interface ChaosOptions {
  readonly plan: FaultPlan;
  /** Told of every fault, when it is injected. */
  readonly injected?: (injection: Injection) => void;
}

/**
 * What the cloud assembly deploys, up on 127.0.0.1: objects persist below the home.
 * @throws HomeUnwritable, PortTaken, SynthFailed
 */
export async function startEmulator(options: EmulatorOptions) {
  const home = await writableHome(options.home);
  const ports = options.ports ?? { s3: 0, lambda: 0, states: 0, cloudFormation: 0 };
  const { tfjs = false, onSynth, environments, fastRetries = false } = options;
  const chaos = options.chaos && openChaos(home, options.chaos);
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    // the last started depends on the ones before it
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    // a port that is taken shows before the seconds of a synthesis
    const s3 = await startS3({
      directory: join(home, "s3"),
      port: ports.s3,
      buckets: [localBucket],
      ...(chaos && { interfere: (method, path, traceId) => chaos.request(method, path, traceId) }),
    });
    closers.push(() => s3.close());
    const assembly = await loadAssembly({ home, tfjs, ...(onSynth && { onSynth }) });
    const metrics = new MetricStore(join(home, "metrics"));
    const lambda = await startLambda({
      functions: assembly.functions,
      port: ports.lambda,
      environment: { AWS_ENDPOINT_URL_S3: s3.url },
      logsDirectory: join(home, "logs"),
      logged: (text) => {
        for (const line of metricLinesOf(text)) metrics.add(line);
      },
      ...(environments !== undefined && { environments }),
      ...(chaos && { interfere: (name, payload, traceId) => chaos.invocation(name, payload, traceId) }),
    });
    closers.push(() => lambda.close());
    const states = await startStepFunctions({
      stateMachine: assembly.stateMachine,
      lambdaUrl: lambda.url,
      port: ports.states,
      directory: join(home, "executions"),
      fastRetries,
    });
    closers.push(() => states.close());
    const cloudFormation = await startCloudFormation({ stack: assembly.stack, port: ports.cloudFormation });
    closers.push(() => cloudFormation.close());
    return {
      assembly,
      s3,
      lambda,
      states,
      urls: { s3: s3.url, lambda: lambda.url, states: states.url, cloudFormation: cloudFormation.url },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function openChaos(home: string, { plan, injected }: ChaosOptions): Chaos {
  const record = openJournal(home);
  return new Chaos(plan, (injection) => {
    record(injection);
    injected?.(injection);
  });
}

export type Emulator = Awaited<ReturnType<typeof startEmulator>>;

/** @throws HomeUnwritable */
export async function writableHome(home: string): Promise<string> {
  const path = resolve(home);
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK);
  } catch (error) {
    throw homeUnwritable(`--home: cannot write to ${home}; take another with --home or FEDSTEP_HOME`, {
      cause: error,
    });
  }
  return path;
}

export type { Assembly };
