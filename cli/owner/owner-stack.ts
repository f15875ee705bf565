import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { ownerOutputs } from "../../cdk/outputs.ts";
import { homeFiles } from "../../owner/home-files.ts";
import { OwnerLog } from "../../owner/owner-log.ts";
import { BucketStorage } from "../../owner/storage/bucket-storage.ts";
import type { HomeStorage } from "../../owner/storage/home-storage.ts";
import {
  deskFailed,
  FedstepError,
  InputError,
  ownerHomeInvalid,
  ownerInvalid,
  stackMissing,
} from "../../shared/errors.ts";
import { jsonOf } from "../../shared/json-of.ts";
import { type DeskAnswer, type DeskRequest, deskAnswer, type Told } from "../../shared/owners/desk.ts";
import { Bucket } from "../../storage/bucket.ts";
import type { Session } from "../session.ts";
import { cloudFormationClient, lambdaClient, s3Client } from "../targets/clients.ts";

/** What an owner's stack says of itself. */
interface Outputs {
  readonly bucket: string;
  readonly deskFunction: string;
}

/** @throws StackMissing where there is none, or it is no owner's */
async function outputsOf({ account }: Session, stack: string): Promise<Outputs> {
  const client = cloudFormationClient({ owners: stack }, account);
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const outputs = new Map(Stacks?.[0]?.Outputs?.map((one) => [one.OutputKey, one.OutputValue]));
    const [bucket, deskFunction] = [outputs.get(ownerOutputs.bucket), outputs.get(ownerOutputs.deskFunction)];
    if (bucket && deskFunction) return { bucket, deskFunction };
    throw stackMissing(
      `stack "${stack}" has no outputs ${ownerOutputs.bucket} and ${ownerOutputs.deskFunction}, and its status is ` +
        `${Stacks?.[0]?.StackStatus}; is it an owner's, and deployed to the end?`,
    );
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ValidationError") throw error;
    throw stackMissing(
      `there is no stack "${stack}" in this account and region ${await client.config.region()}; deploy the owner's stack ` +
        "first, or name another one by --stack, AWS_PROFILE or AWS_REGION",
      { cause: error },
    );
  } finally {
    client.destroy();
  }
}

/**
 * Has the desk of an owner's stack do something.
 * @throws StackMissing, what the desk refuses by, DeskFailed
 */
export async function askDesk(session: Session, stack: string, asked: DeskRequest): Promise<DoneAtDesk> {
  const { deskFunction } = await outputsOf(session, stack);
  const client = lambdaClient({ owners: stack }, session.account);
  try {
    const command = new InvokeCommand({ FunctionName: deskFunction, Payload: JSON.stringify(asked) });
    const { FunctionError, Payload } = await client.send(command, { abortSignal: session.signal });
    const answer = deskAnswer.safeParse(jsonOf(new TextDecoder().decode(Payload)));
    if (FunctionError !== undefined || !answer.success) {
      throw deskFailed(
        `the desk of stack ${stack} has ended in an error of its own; its log group, /aws/lambda/${deskFunction}, says in which`,
      );
    }
    return doneOr(answer.data);
  } finally {
    client.destroy();
  }
}

export type DoneAtDesk = Told | { readonly owner: string; readonly said: readonly string[] };

function doneOr(answer: DeskAnswer): DoneAtDesk {
  if ("done" in answer) return answer.done;
  const { name, message, isInput } = answer.error;
  throw new (isInput ? InputError : FedstepError)(name, message);
}

/** The file that the desk tells. @throws DeskFailed where it tells none */
export async function fileFromDesk(session: Session, stack: string, asked: DeskRequest): Promise<Told> {
  const done = await askDesk(session, stack, asked);
  if ("text" in done) return done;
  throw deskFailed(`the desk of stack ${stack} has told no file; it is of another version than this`);
}

/** The home of a stack to look at, by who may read it: its keys are its functions' alone. @throws StackMissing, OwnerHomeInvalid, LogBroken */
export async function lookAtStack(
  session: Session,
  stack: string,
): Promise<{ readonly storage: HomeStorage; readonly log: OwnerLog; readonly close: () => void }> {
  const { bucket } = await outputsOf(session, stack);
  const client = s3Client({ owners: stack }, session.account);
  const unread = async () => {
    throw ownerInvalid("the keys of an owner's stack are read by its functions alone");
  };
  const storage = new BucketStorage({
    bucket: new Bucket(client, bucket),
    name: bucket,
    account: undefined,
    keys: { place: "the parameter of its keys", mac: undefined, read: unread, keep: unread, replace: unread },
    atWork: undefined,
  });
  return { storage, log: await openLog(storage, stack), close: () => client.destroy() };
}

/** The log of a stack's home. @throws OwnerHomeInvalid where the desk has made none yet, LogBroken */
export async function openLog(storage: HomeStorage, stack: string): Promise<OwnerLog> {
  if (!(await storage.exists(homeFiles.log)) && !(await storage.exists(homeFiles.owner))) {
    throw ownerHomeInvalid(
      `${storage.place} is no owner's home yet: the desk of stack ${stack} makes it when it is first asked, as by fedstep owner ` +
        `request --stack ${stack}`,
    );
  }
  return OwnerLog.open(storage.log);
}
