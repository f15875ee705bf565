import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { join, resolve } from "node:path";
import { assemblyUnsupported, homeUnwritable } from "../shared/errors.ts";
import type { Assembly, LocalFunction } from "./assembly/assembly.ts";
import { loadAssembly } from "./assembly/load.ts";
import { localBucket } from "./assembly/names.ts";
import { Chaos } from "./chaos/chaos.ts";
import { type Injection, openJournal } from "./chaos/journal.ts";
import type { FaultPlan } from "./chaos/plan.ts";
import { openCloudFormation } from "./cloudformation/cloudformation.ts";
import { metricLinesOf } from "./cloudwatch/embedded-metrics.ts";
import { MetricStore } from "./cloudwatch/metric-store.ts";
import { startEndpoint } from "./endpoint/endpoint.ts";
import { HomeWatch } from "./home-watch.ts";
import { AccessControl, type Decided } from "./iam/access-control.ts";
import { CredentialStore, sessionSeconds } from "./iam/credential-store.ts";
import { type Role, roleSession } from "./iam/identity.ts";
import type { Rights } from "./iam/rights.ts";
import { SignatureVerifier } from "./iam/signature-verifier.ts";
import { openLambda } from "./lambda/lambda.ts";
import { makeFolder } from "./make-folder.ts";
import { keepPrivate, opennessNotes } from "./private-home.ts";
import { openS3 } from "./s3/s3.ts";
import { openStepFunctions } from "./stepfunctions/stepfunctions.ts";
import { openSts } from "./sts/sts.ts";

export interface EmulatorOptions {
  /** Folder of objects, executions, logs and assemblies; made where it is missing. */
  readonly home: string;
  /** 0 or absent takes any free port. */
  readonly port?: number;
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

/**
 * What the cloud assembly deploys, up at one address of 127.0.0.1: objects persist below the home.
 * @throws HomeUnwritable, PortTaken, SynthFailed; the signal's reason
 */
export async function startEmulator(options: EmulatorOptions) {
  const home = await writableHome(options.home);
  const {
    port = 0,
    tfjs = false,
    onSynth,
    environments,
    fastRetries = false,
    variables,
    conditions,
    signal,
  } = options;
  const watch = new HomeWatch(home);
  const { noticed } = watch;
  const chaos = options.chaos && openChaos(home, options.chaos, noticed);
  const keys = new CredentialStore();
  const authenticator = new SignatureVerifier(keys);
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    // the last started depends on the ones before it
    for (const closer of closers.splice(0).reverse()) await closer();
    watch.close();
  };
  const access = new AccessControl({ decided: options.decided });
  try {
    const s3 = openS3({
      access,
      directory: join(home, "s3"),
      authenticator,
      buckets: [localBucket],
      failed: noticed,
      ...(chaos && { interfere: (method, path, traceId) => chaos.request(method, path, traceId) }),
      ...(conditions && { latencyMs: conditions.latencyMs }),
    });
    closers.push(async () => s3.close());
    // a port that is taken shows before the seconds of a synthesis
    const endpoint = await startEndpoint(port);
    closers.push(() => endpoint.close());
    const { url } = endpoint;
    endpoint.serve("s3", s3.handle);
    const assembly = await loadAssembly({ home, tfjs, signal, ...(onSynth && { onSynth }) });
    access.enforce(assembly.rights);
    const metrics = new MetricStore(join(home, "metrics"));
    const lambda = await openLambda({
      access,
      functions: conditions
        ? assembly.functions.map((fn) => ({ ...fn, memoryMb: conditions.memoryMb(fn.name) }))
        : assembly.functions,
      authenticator,
      credentialsOf: ({ name, described }) =>
        keys.issue(roleSession(roleAt(assembly.rights, described.role), name), sessionSeconds),
      environment: { ...variables, AWS_ENDPOINT_URL: url },
      logsDirectory: join(home, "logs"),
      logged: (text) => {
        attempt(() => {
          for (const line of metricLinesOf(text)) metrics.add(line);
        }, noticed);
      },
      failed: noticed,
      ...(environments !== undefined && { environments }),
      ...(chaos && { interfere: (name, payload, traceId) => chaos.invocation(name, payload, traceId) }),
      ...(conditions && { initialized: conditions.initialized }),
    });
    closers.push(() => lambda.close());
    endpoint.serve("lambda", lambda.handle);
    const states = await openStepFunctions({
      access,
      stateMachine: assembly.stateMachine,
      authenticator,
      endpointUrl: url,
      credentials: keys.renewed(
        roleSession(
          roleAt(assembly.rights, assembly.stateMachine.described.roleArn),
          assembly.stateMachine.name,
        ),
      ),
      directory: join(home, "executions"),
      fastRetries,
      unkept: noticed,
    });
    closers.push(() => states.close());
    endpoint.serve("states", states.handle);
    const cloudFormation = await openCloudFormation(assembly.stack, { authenticator, access });
    closers.push(() => cloudFormation.close());
    endpoint.serve("cloudformation", cloudFormation.handle);
    const sts = await openSts({ authenticator, access, rights: assembly.rights, keys });
    closers.push(() => sts.close());
    endpoint.serve("sts", sts.handle);
    const { broken } = watch;
    /** Why something failed: what became of the home, or the error itself. */
    const explained = (error: unknown) => watch.explained(error);
    return { assembly, url, s3, lambda, states, broken, explained, close, notes: opennessNotes(home) };
  } catch (error) {
    const reason = watch.explained(error);
    await close();
    throw reason;
  }
}

/** The assembly's role of that ARN; a function's and the state machine's are among them. */
function roleAt({ roles }: Rights, arn: string): Role {
  const role = roles.get(arn);
  if (role === undefined) throw assemblyUnsupported(`the stack has no role ${arn}`);
  return role;
}

function openChaos(home: string, { plan, injected }: ChaosOptions, failed: (error: unknown) => void): Chaos {
  const record = openJournal(home);
  return new Chaos(plan, (injection) => {
    attempt(() => record(injection), failed);
    injected?.(injection);
  });
}

/** What is kept beside the work is not worth the work. */
function attempt(write: () => void, failed: (error: unknown) => void): void {
  try {
    write();
  } catch (error) {
    failed(error);
  }
}

export type Emulator = Awaited<ReturnType<typeof startEmulator>>;

/**
 * Made where it is missing. What is written from then on is nobody else's to read.
 * @throws HomeUnwritable
 */
export async function writableHome(home: string): Promise<string> {
  const path = resolve(home);
  try {
    await makeFolder(path);
    await access(path, constants.W_OK);
  } catch (error) {
    throw homeUnwritable(`--home: cannot write to ${home}; take another with --home or FEDSTEP_HOME`, {
      cause: error,
    });
  }
  keepPrivate(path);
  return path;
}

export type { Assembly };
