import { type RefusalName, refusals } from "./refusals.ts";

/**
 * Errors by which Lambda and Step Functions say that an owner did not do its job, in words. Their text is the owner's, or
 * names what is the owner's, and is never shown.
 */
const failures: Readonly<Record<string, string>> = {
  "States.TaskFailed":
    "the role in its account cannot be assumed: the account is suspended, its stack is gone, or this stack was not deployed since it " +
    "joined (npx cdk deploy)",
  "States.Timeout": "it has not answered within the time that a round waits for an owner",
  "States.HeartbeatTimeout": "nothing was heard of it for the minutes that were agreed upon",
  "States.DataLimitExceeded": "its function has answered with more than a state takes",
  "Lambda.ResourceNotFoundException": "its stack has no such function: it is gone, or has another name",
  "Lambda.ResourceNotReadyException": "its function is being deployed anew",
  "Lambda.ResourceConflictException": "its function is being deployed anew",
  "Lambda.TooManyRequestsException": "its account invokes no more functions at once",
  "Lambda.AWSLambdaException":
    "its function cannot be invoked: a key, a network or a right of its account is missing",
  "Lambda.ServiceException": "Lambda has failed in its account",
  "Lambda.SdkClientException": "Lambda could not be reached in its account",
  "Lambda.ClientExecutionTimeoutException": "Lambda has not answered in its account",
  "Lambda.Unknown": "its function has ended without an answer",
  "Sandbox.Timedout": "its function has taken longer than its stack lets it",
  "Runtime.ExitError": "its function has ended without an answer",
  "Runtime.OutOfMemory": "its function has taken more memory than its stack gives it",
  ObjectMissing: "it has sent no update",
  UpdateInvalid: "its update is not one that its round can take",
};

/** In the place of a name that is none of these: it is the owner's own text. */
export const accountFailed = "AccountFailed";
const failed = "its function has failed by an error that has no name here; its owner's log says which";

const isRefusal = (name: string): name is RefusalName => Object.hasOwn(refusals, name);

/** Why an owner is silent that has failed by that name, in words; undefined where the name is not known. */
export function whySilent(name: string): string | undefined {
  if (isRefusal(name)) return refusals[name];
  return Object.hasOwn(failures, name) ? failures[name] : undefined;
}

/** What of an error in an owner's account is told: a known name with its words, and of any other nothing. */
export function silentInAccount(name: string): { readonly error: string; readonly cause: string } {
  const why = whySilent(name);
  return why === undefined ? { error: accountFailed, cause: failed } : { error: name, cause: why };
}
