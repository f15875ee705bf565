import { coordinatorAccount } from "../../local/assembly/names.ts";
import { federationKeys } from "../../shared/layout.ts";
import type { OwnersProbe } from "./owner-probes.ts";
import { placesOf } from "./owner-probes.ts";
import { coordinatorsKey, federation, type OwnersWho } from "./owner-rights.ts";
import { keysOf, sentFrom } from "./reach.ts";
import { throughS3 } from "./rights-probes.ts";

const run = `${federation}.first`;
const ofRun = keysOf(run);

/** What a round is trained by. */
const ofRound = [ofRun.plan, ofRun.partition, ofRun.global, ofRun.roundState, ofRun.roundMetrics];

/** What is sealed for the helpers, of owners in accounts too: of what hides updates nothing else is read. */
const sealed = (key: string) => key === ofRun.boxes || key.startsWith(`masks/${run}/boxes/`);

/** Of its own bucket, what each writes: as docs/owners.md says it, and not as the stack does. */
const written: Readonly<Record<OwnersWho, RegExp | undefined>> = {
  Train: /^home\/(log\.jsonl|refused\.json|(kept|models|alone|sending)\/.+)$/,
  Desk: /^home\/(log\.jsonl|owner\.json|(agreements|told)\/.+)$/,
  Invoker: undefined,
  Owner: /^(data\/.+|home\/policy\.json)$/,
};
const read: Readonly<Record<OwnersWho, RegExp | undefined>> = {
  Train: /^(data|home)\/.+$/,
  Desk: /^(data|home)\/.+$/,
  Invoker: undefined,
  Owner: /^home\/.+$/,
};

const isWrite = ({ action, context }: OwnersProbe) =>
  action === "s3:PutObject" ? (context as Record<string, string> | undefined) : undefined;

/** Whoever writes the log, but a part of an upload, says what it goes on from. */
export function isBlindLog(probe: OwnersProbe): boolean {
  const context = isWrite(probe);
  return (
    probe.at === "own" &&
    probe.key === "home/log.jsonl" &&
    context?.["s3:ObjectCreationOperation"] === "true" &&
    context["s3:if-match"] === undefined &&
    context["s3:if-none-match"] === undefined
  );
}

/** Whether somebody of the owner's account may do that, as far as it is the owner's stack that decides. */
export function promisedToOwner(who: OwnersWho, account: string, probe: OwnersProbe): boolean {
  const { action, resource, context, key, at } = probe;
  if (at === "own") return inOwnBucket(who, probe);
  if (at === "coordinator") return key !== undefined && atCoordinator(who, account, probe, key);
  if (at === "elsewhere") return false;
  const places = placesOf(account);
  const isFunction = who === "Train" || who === "Desk";
  if (resource === coordinatorsKey && context === throughS3) {
    return (isFunction && action === "kms:Decrypt") || (who === "Train" && action === "kms:GenerateDataKey");
  }
  if (resource === places.parameter && action === "ssm:PutParameter") {
    return who === "Desk" && context?.["ssm:Overwrite"] !== "true";
  }
  const mine: readonly [actions: readonly string[], resource: string][] = isFunction
    ? [
        [["logs:CreateLogStream", "logs:PutLogEvents"], places.logStream(who)],
        [["ssm:GetParameter"], places.parameter],
        [["kms:GenerateMac"], places.mac],
      ]
    : who === "Invoker"
      ? [[["lambda:InvokeFunction"], places.train]]
      : [
          [["lambda:InvokeFunction"], places.desk],
          [["cloudformation:DescribeStacks"], places.stack],
        ];
  return mine.some(([actions, one]) => one === resource && actions.includes(action));
}

function inOwnBucket(who: OwnersWho, probe: OwnersProbe): boolean {
  const { action, key = "", context } = probe;
  const isRead = read[who]?.test(key) ?? false;
  switch (action) {
    case "s3:GetObject":
      return isRead;
    case "s3:ListBucket":
      // what is asked for by a folder's name too
      return who !== "Invoker" && /^(data|home)\//.test(key);
    case "s3:PutObject": {
      if (isBlindLog(probe)) return false;
      const isNew = context?.["s3:if-none-match"] !== undefined;
      return (written[who]?.test(key) ?? false) || (who === "Desk" && isNew && key === "home/policy.json");
    }
    case "s3:DeleteObject":
      return who === "Train" && /^home\/sending\/.+$/.test(key);
    default:
      return false;
  }
}

function atCoordinator(
  who: OwnersWho,
  account: string,
  { action, context }: OwnersProbe,
  key: string,
): boolean {
  if (who === "Train") {
    if (action === "s3:GetObject") return ofRound.includes(key) || sealed(key);
    const isNew = context?.["s3:if-none-match"] !== undefined;
    return action === "s3:PutObject" && isNew && sentFrom(run, account).includes(key);
  }
  return who === "Desk" && action === "s3:GetObject" && key === federationKeys.agreement(federation, 2);
}

export const isCoordinators = ({ resourceAccount }: OwnersProbe) => resourceAccount === coordinatorAccount;
