import { coordinatorAccount, region } from "../../local/assembly/names.ts";
import { authorize } from "../../local/iam/authorize.ts";
import type { Context } from "../../local/iam/condition-keys.ts";
import { administrator, type Identity } from "../../local/iam/identity.ts";
import type { Rights } from "../../local/iam/rights.ts";
import { federationKeys } from "../../shared/layout.ts";
import { at, bucketArn, identityOf, keyArn } from "./deployed-rights.ts";
import { type Kind, keysOf, sentFrom } from "./reach.ts";
import { throughS3, written } from "./rights-probes.ts";

/** Owners of two federations, one of them of both, and somebody whom nobody has named. */
const [clinic, both, trialist, stranger] = [
  "111122223333",
  "222233334444",
  "333344445555",
  "999999999999",
] as const;
const federationsOf: Readonly<Record<string, readonly string[]>> = {
  [clinic]: ["clinics"],
  [both]: ["clinics", "trials"],
  [trialist]: ["trials"],
  [stranger]: [],
};

/** The setting by which the stack is synthesized that is held against these promises. */
export const ownerAccounts = [
  `clinics=${clinic}/fedstep-owner`,
  `clinics=${both}/ward`,
  `trials=${both}/ward`,
  `trials=${trialist}/fedstep-owner`,
].join(",");

/** From docs/security.md, not from the code that grants. */
const readable: readonly Kind[] = ["plan", "partition", "global", "roundState", "roundMetrics", "boxes"];

interface Probe {
  readonly action: string;
  readonly resource: string;
  readonly context?: Context;
  /** Accounts that are promised it. */
  readonly by: readonly string[];
}

const members = (federation: string) =>
  Object.keys(federationsOf).filter((account) => federationsOf[account]?.includes(federation));

const onObject = (key: string, action: string, by: readonly string[], context: Context = {}): Probe => ({
  ...{ action, resource: `${bucketArn}/${key}`, context, by },
});

/** Runs of both federations, and of none whose names look like theirs. */
const runs = ["clinics.a", "trials.a", "clinics", "clinics2.a", "x.clinics.a", "updates"];

function ofRun(run: string): Probe[] {
  const federation = ["clinics", "trials"].find((one) => run.startsWith(`${one}.`));
  const own = federation === undefined ? [] : members(federation);
  const kinds = Object.entries(keysOf(run)).filter(([, key]) => !key.startsWith("federations/"));
  const updates = Object.keys(federationsOf).flatMap((account) =>
    sentFrom(run, account).map((key) => ({ account, key })),
  );
  const all = [...kinds.map(([, key]) => key), ...updates.map(({ key }) => key)];
  return [
    ...kinds.map(([kind, key]) =>
      onObject(key, "s3:GetObject", readable.some((one) => one === kind) ? own : []),
    ),
    ...updates.map(({ key }) => onObject(key, "s3:GetObject", key.includes("/boxes/") ? own : [])),
    ...kinds.map(([, key]) => onObject(key, "s3:PutObject", [], written.conditional)),
    ...updates.flatMap(({ account, key }) => [
      onObject(key, "s3:PutObject", own.includes(account) ? [account] : [], written.conditional),
      onObject(key, "s3:PutObject", [], written.plain),
      onObject(key, "s3:PutObject", [], written.part),
    ]),
    ...["s3:DeleteObject", "s3:GetObjectVersion", "s3:PutObjectTagging", "s3:PutObjectAcl"].flatMap(
      (action) => all.map((key) => onObject(key, action, [])),
    ),
    ...all.map((key) => ({
      ...{ action: "s3:ListBucket", resource: bucketArn, context: { "s3:prefix": key }, by: [] },
    })),
  ];
}

const ofRegistry: Probe[] = ["clinics", "trials", "clinics2"].flatMap((federation) => [
  onObject(federationKeys.agreement(federation, 2), "s3:GetObject", members(federation)),
  onObject(federationKeys.agreement(federation, 2), "s3:PutObject", [], written.conditional),
  onObject(federationKeys.members(federation), "s3:GetObject", []),
  onObject(federationKeys.acceptance(federation, 2, "0".repeat(64)), "s3:GetObject", []),
  onObject(federationKeys.waitingJob(federation, "0".repeat(64)), "s3:GetObject", []),
]);

const named = [...new Set([...members("clinics"), ...members("trials")])];
const otherService = { ...throughS3, "kms:ViaService": `sns.${region}.amazonaws.com` };
const ofKey: Probe[] = [
  "kms:Decrypt",
  "kms:GenerateDataKey",
  "kms:Encrypt",
  "kms:ScheduleKeyDeletion",
].flatMap((action) => [
  {
    ...{ action, resource: keyArn, context: throughS3 },
    by: action === "kms:Decrypt" || action === "kms:GenerateDataKey" ? named : [],
  },
  { action, resource: keyArn, context: otherService, by: [] },
  { action, resource: keyArn, by: [] },
]);

const probes: readonly Probe[] = [...runs.flatMap(ofRun), ...ofRegistry, ...ofKey];

/** What the state machine may assume, with roles beside it that it may not. */
const invokers = [
  ...[clinic, trialist].map((account) => at("iam", `role/fedstep-owner-${region}-Invoker`, `:${account}`)),
  at("iam", `role/ward-${region}-Invoker`, `:${both}`),
];
const roles = [
  ...invokers,
  ...[clinic, both, stranger].flatMap((account) =>
    ["fedstep-owner", "ward", "other"].flatMap((stack) =>
      ["Invoker", "Owner"].map((role) => at("iam", `role/${stack}-${region}-${role}`, `:${account}`)),
    ),
  ),
  at("iam", "role/Administrator", `:${clinic}`),
];

/** What of the promises about owners' accounts does not hold; none where all do. */
export function violationsOfAccounts(rights: Rights): string[] {
  const ofAccounts = Object.keys(federationsOf).flatMap((account) => {
    const identity = administrator(account);
    return probes.flatMap((probe) => [
      ...(allowed(rights, identity, probe) === probe.by.includes(account) ? [] : [told(account, probe)]),
      // of the key S3 is asked, and no bucket
      ...(probe.resource !== keyArn && allowed(rights, identity, probe, false)
        ? [`plain HTTP: ${told(account, probe)}`]
        : []),
    ]);
  });
  // whether its own policies let the state machine ask; that the owner's role lets it in, the owner's stack says
  const machine = identityOf(rights, "Federation");
  const assumes = (action: string, resource: string) => {
    const resourceAccount = resource.split(":")[4] ?? "";
    const decision = authorize(rights, { identity: machine, action, resource, resourceAccount, context: {} });
    if (decision.allowed) return true;
    return decision.reason.kind === "implicit" && decision.reason.missing === "role trust policy";
  };
  const ofMachine = [...new Set(roles)].flatMap((role) => [
    ...(assumes("sts:AssumeRole", role) === invokers.includes(role) ? [] : [`machine: ${role}`]),
    ...(assumes("sts:TagSession", role) ? [`machine tags ${role}`] : []),
  ]);
  return [...ofAccounts, ...ofMachine];
}

function allowed(rights: Rights, identity: Identity, probe: Probe, secure = true): boolean {
  const { action, resource } = probe;
  const context = { ...probe.context, "aws:SecureTransport": String(secure) };
  return authorize(rights, { identity, action, resource, resourceAccount: coordinatorAccount, context })
    .allowed;
}

const told = (account: string, { action, resource, context = {} }: Probe) =>
  `${account}: ${action} on ${resource} ${JSON.stringify(context)}`;
