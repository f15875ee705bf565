import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { join, resolve } from "node:path";
import { assemblyUnsupported, homeUnwritable } from "../shared/errors.ts";
import { makeFolder } from "../system/make-folder.ts";
import { accountHome, accountsFolder } from "./account-home.ts";
import type { Assembly, DeployedStack } from "./assembly/assembly.ts";
import { atEndpoint } from "./assembly/at-endpoint.ts";
import { loadAssembly } from "./assembly/load.ts";
import { coordinatorAccount, localBucket } from "./assembly/names.ts";
import { checkBesides, readStack, rightsOf } from "./assembly/other-stacks.ts";
import { Chaos } from "./chaos/chaos.ts";
import { openJournal } from "./chaos/journal.ts";
import { openCloudFormation } from "./cloudformation/cloudformation.ts";
import { metricLinesOf } from "./cloudwatch/embedded-metrics.ts";
import { MetricStore } from "./cloudwatch/metric-store.ts";
import type { ChaosOptions, EmulatorOptions } from "./emulator-options.ts";
import { functionUrls } from "./endpoint/credential-scope.ts";
import { startEndpoint } from "./endpoint/endpoint.ts";
import { HomeWatch } from "./home-watch.ts";
import { AccessControl } from "./iam/access-control.ts";
import { accountOfArn } from "./iam/arn.ts";
import { administratorCredentials, CredentialStore, sessionSeconds } from "./iam/credential-store.ts";
import { administrator, type Role, roleSession } from "./iam/identity.ts";
import type { Rights } from "./iam/rights.ts";
import { SignatureVerifier } from "./iam/signature-verifier.ts";
import { openKms } from "./kms/kms.ts";
import { openLambda } from "./lambda/lambda.ts";
import { keepPrivate, opennessNotes } from "./private-home.ts";
import { openS3 } from "./s3/s3.ts";
import { openSsm } from "./ssm/ssm.ts";
import { openStepFunctions } from "./stepfunctions/stepfunctions.ts";
import { openSts } from "./sts/sts.ts";

/**
 * What the cloud assemblies deploy, up at one address of 127.0.0.1: objects persist below the home. Each account beside
 * the coordinator's has an administrator.
 * @throws HomeUnwritable, PortTaken, SynthFailed, AssemblyUnsupported, ConfigInvalid; the signal's reason
 */
export async function startEmulator(options: EmulatorOptions) {
  const home = await writableHome(options.home);
  const given = (options.stacks ?? []).map(readStack);
  checkBesides(given);
  const {
    port = 0,
    tfjs = false,
    root,
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
  const accounts = accountsOf(given);
  for (const account of accounts) keys.add(administratorCredentials(account), administrator(account));
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
      accounts: accountsFolder(home),
      authenticator,
      buckets: [localBucket, ...given.flatMap(({ buckets }) => buckets)],
      owners: new Map(given.flatMap(({ stack, buckets }) => buckets.map((name) => [name, stack.account]))),
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
    const loaded = await loadAssembly({
      home,
      tfjs,
      ownerAccounts: options.ownerAccounts,
      signal,
      ...(root !== undefined && { root }),
      ...(onSynth && { onSynth }),
    });
    const assembly = atEndpoint(loaded, url);
    const others = given.map((stack) => atEndpoint(stack, url));
    const stacks = [assembly, ...others];
    checkBesides(stacks);
    const rights = rightsOf(stacks);
    access.enforce(rights);
    const own = conditions
      ? assembly.functions.map((fn) => ({ ...fn, memoryMb: conditions.memoryMb(fn.name) }))
      : assembly.functions;
    const lambda = await openLambda({
      access,
      functions: [...own, ...others.flatMap(({ functions }) => functions)],
      authenticator,
      credentialsOf: ({ name, described }) =>
        keys.issue(roleSession(roleAt(rights, described.role), name), sessionSeconds),
      environment: { ...variables, AWS_ENDPOINT_URL: url },
      logsOf: (account) => join(accountHome(home, account), "logs"),
      logged: (text, { arn }) => {
        attempt(() => {
          const metrics = new MetricStore(join(accountHome(home, accountOfArn(arn)), "metrics"));
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
    endpoint.serve(functionUrls, lambda.handleUrls);
    const states = await openStepFunctions({
      access,
      stateMachine: assembly.stateMachine,
      authenticator,
      endpointUrl: url,
      credentials: keys.renewed(
        roleSession(roleAt(rights, assembly.stateMachine.described.roleArn), assembly.stateMachine.name),
      ),
      directory: join(home, "executions"),
      fastRetries,
      unkept: noticed,
    });
    closers.push(() => states.close());
    endpoint.serve("states", states.handle);
    const described = stacks.map(({ stack }) => stack);
    const cloudFormation = await openCloudFormation(described, { authenticator, access });
    closers.push(() => cloudFormation.close());
    endpoint.serve("cloudformation", cloudFormation.handle);
    const sts = await openSts({ authenticator, access, rights, keys });
    closers.push(() => sts.close());
    endpoint.serve("sts", sts.handle);
    const ssm = await openSsm({ authenticator, access, home });
    closers.push(() => ssm.close());
    endpoint.serve("ssm", ssm.handle);
    const kms = await openKms({ authenticator, access, home, keys: stacks.flatMap(({ keys }) => keys) });
    closers.push(() => kms.close());
    endpoint.serve("kms", kms.handle);
    const { broken } = watch;
    /** Why something failed: what became of the home, or the error itself. */
    const explained = (error: unknown) => watch.explained(error);
    return {
      assembly,
      others,
      accounts,
      url,
      s3,
      lambda,
      states,
      broken,
      explained,
      close,
      notes: opennessNotes(home),
    };
  } catch (error) {
    const reason = watch.explained(error);
    await close();
    throw reason;
  }
}

/** The accounts of stacks beside the coordinator's own. */
function accountsOf(others: readonly DeployedStack[]): string[] {
  const accounts = new Set(others.map(({ stack }) => stack.account));
  accounts.delete(coordinatorAccount);
  return [...accounts];
}

/** The stacks' role of that ARN; functions' and the state machine's are among them. */
function roleAt({ roles }: Rights, arn: string): Role {
  const role = roles.get(arn);
  if (role === undefined) throw assemblyUnsupported(`no stack has the role ${arn}`);
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
