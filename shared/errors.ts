/**
 * Every error that fedstep raises on purpose. A name stands here once and is the same in the code, in a Lambda
 * error response and in the state machine's Retry and Catch.
 */
export class FedstepError extends Error {
  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    // set as a string, since minified bundles lose class names and Step Functions matches on this one
    this.name = name;
  }
}

/** Whether something thrown is an error that fedstep raises by this name. */
export function isNamed(error: unknown, name: string): error is FedstepError {
  return error instanceof FedstepError && error.name === name;
}

/** What the person who started the command can mend: the command line ends with exit code 2. */
export class InputError extends FedstepError {}

const input = (name: string) => (message: string, options?: ErrorOptions) =>
  new InputError(name, message, options);
const failure = (name: string) => (message: string, options?: ErrorOptions) =>
  new FedstepError(name, message, options);

export const configInvalid = input("ConfigInvalid");
export const datasetInvalid = input("DatasetInvalid");
export const partitionInvalid = input("PartitionInvalid");
export const runNameInvalid = input("RunNameInvalid");
export const runExists = input("RunExists");
export const runMissing = input("RunMissing");
export const forkInvalid = input("ForkInvalid");
export const runFinished = input("RunFinished");
export const runUnderWay = input("RunUnderWay");
export const runUnfinished = input("RunUnfinished");
export const modelMissing = input("ModelMissing");
/** A file to predict from is not what the model takes. */
export const exampleInvalid = input("ExampleInvalid");
/** A run that another one is to be told beside is not the same but for its privacy. */
export const besideInvalid = input("BesideInvalid");
/** What is to be compared is not what fedstep compare takes. */
export const comparisonInvalid = input("ComparisonInvalid");
export const historyTooLong = input("HistoryTooLong");
export const payloadTooLarge = input("PayloadTooLarge");
export const lambdaTimeTooShort = input("LambdaTimeTooShort");
export const lambdaMemoryTooSmall = input("LambdaMemoryTooSmall");
export const objectTooLarge = input("ObjectTooLarge");
export const budgetTooSmall = input("BudgetTooSmall");
export const portTaken = input("PortTaken");
export const studyInvalid = input("StudyInvalid");
export const homeUnwritable = input("HomeUnwritable");
export const homeUnreadable = input("HomeUnreadable");
/** Of --html FILE. */
export const pageUnwritable = input("PageUnwritable");
export const stackMissing = input("StackMissing");
/** What a stack says of itself is missing, or not of this version. */
export const stackOutdated = input("StackOutdated");
export const credentialsMissing = input("CredentialsMissing");
export const credentialsExpired = input("CredentialsExpired");
/** The service does not know the credentials, or what they signed. */
export const credentialsRefused = input("CredentialsRefused");
export const regionMissing = input("RegionMissing");
/** The service knows who asks, and that they may not. */
export const permissionMissing = input("PermissionMissing");
export const endpointUnreachable = input("EndpointUnreachable");
/** What the configuration calls an endpoint is no address, or not that of the service. */
export const endpointInvalid = input("EndpointInvalid");
/** The endpoint's certificate is not of an authority that Node knows, or not for this address and time. */
export const certificateUntrusted = input("CertificateUntrusted");
/** What stands in for a service lacks an operation that fedstep needs. */
export const operationUnsupported = input("OperationUnsupported");
/** The region is none, or not the bucket's. */
export const regionInvalid = input("RegionInvalid");
export const runNotUnderWay = input("RunNotUnderWay");
/** Local runs cannot be followed or stopped from another command. */
export const runEndsWithCommand = input("RunEndsWithCommand");
export const contextInvalid = input("ContextInvalid");
export const baselineUnavailable = input("BaselineUnavailable");
/** Owners take part, and the stack has no door for them. */
export const doorUnavailable = input("DoorUnavailable");
/** Owners in accounts of their own take part, and the stack may invoke nobody's function. */
export const accountsUnavailable = input("AccountsUnavailable");
export const chaosInvalid = input("ChaosInvalid");
/** An optional peer dependency that this use of fedstep takes. */
export const packageMissing = input("PackageMissing");
/** A record was written by a version that this one cannot read. */
export const recordsUnknown = input("RecordsUnknown");
/** A run was begun by a version whose weights would differ in their bits from those of this one. */
export const arithmeticDiffers = input("ArithmeticDiffers");

/** The system lets a command open fewer files than it takes. */
export const tooFewFiles = input("TooFewFiles");
/** The system gives a process no addresses for what trains the models. */
export const webAssemblyUnavailable = input("WebAssemblyUnavailable");

/** A file of an owner's or of a federation's, or an option about it, is not what it should be. */
export const ownerInvalid = input("OwnerInvalid");
/** A folder is no owner's home, or not one that it can keep its keys in. */
export const ownerHomeInvalid = input("OwnerHomeInvalid");
/** Another process is at work in an owner's home. */
export const ownerHomeInUse = input("OwnerHomeInUse");
/** The desk of an owner's stack has ended in an error of its own. */
export const deskFailed = failure("DeskFailed");
/** An owner's log is not the chain that it was, or is older than what has left. */
export const logBroken = input("LogBroken");
/** An owner's data are not those that it has told of. */
export const dataChanged = input("DataChanged");
/** An owner's policy does not allow what it is asked for. */
export const policyForbids = input("PolicyForbids");
/** An owner's account is not one that the coordinator's stack can invoke a function in. */
export const placeInvalid = input("PlaceInvalid");
/** The file of owners' accounts is not what it should be. */
export const accountsFileInvalid = input("AccountsFileInvalid");
/** There is no such federation, member or version. */
export const federationMissing = input("FederationMissing");
/** Others change a federation at the same time. */
export const federationBusy = input("FederationBusy");
/** What somebody is said to have signed is not what they have signed. */
export const signatureInvalid = input("SignatureInvalid");
/** What an owner has signed is older than what has been taken in of it. */
export const statementReplayed = input("StatementReplayed");
/** What an owner's key signs does not count any more. */
export const keyRevoked = input("KeyRevoked");
/** An owner's process was told to read or write where nobody agreed to, or was answered what no door answers. */
export const doorUntrusted = failure("DoorUntrusted");
/** The door, or the bucket behind it, cannot be reached for now. */
export const doorUnreachable = failure("DoorUnreachable");
/** An owner's process of a demonstration ended before its run did. */
export const ownerEnded = failure("OwnerEnded");
/** Pieces of owners' rows were found where none may be. */
export const rowsLeaked = failure("RowsLeaked");
/** An agreement is not one that its federation can have, or does not go on from the one before. */
export const agreementInvalid = input("AgreementInvalid");

/** What is asked of noise, or of the accountant that counts it, cannot be. */
export const privacyInvalid = input("PrivacyInvalid");
/** Two ways of counting privacy contradict each other: one of them is wrong. */
export const accountantsDisagree = failure("AccountantsDisagree");

/** An event or an output between the steps of the workflow is not of its schema. */
export const payloadInvalid = failure("PayloadInvalid");
/** An object that the layout promises is not there. */
export const objectMissing = failure("ObjectMissing");
/** An object's bytes are not what its format, its schema or its digest says. */
export const objectInvalid = failure("ObjectInvalid");
/** An object that is written once stands already, with other bytes than a repetition of its step would write. */
export const objectTaken = failure("ObjectTaken");
/** S3 answered with faults of its own, or not at all, until the SDK gave up. */
export const storageUnavailable = failure("StorageUnavailable");
/** A client's update has the wrong shape, digest, round or run, or a value that is not finite. */
export const updateInvalid = failure("UpdateInvalid");
/** Training left the range of numbers: some parameter is NaN or infinite. */
export const trainingDiverged = failure("TrainingDiverged");
/** The model or the shard does not fit the trainer's memory. */
export const trainerMemoryExceeded = failure("TrainerMemoryExceeded");
/** The configuration names a trainer that this stack was deployed without. */
export const trainerUnavailable = failure("TrainerUnavailable");
/** Fewer clients reported than the quorum asks for. */
export const quorumNotReached = failure("QuorumNotReached");
/** A client's sealed box is not what was sealed for its helper, or not for this round, plan, model or update. */
export const boxInvalid = failure("BoxInvalid");
/** Fewer than two helpers have opened the sums of a round's masks. */
export const helpersSilent = failure("HelpersSilent");
/** Two helpers tell different sums of the same seeds. */
export const helpersDisagree = failure("HelpersDisagree");
/** A masked update is not what it was, after helpers have opened the sums that its masks are in. */
export const maskedUpdateLost = failure("MaskedUpdateLost");
/** A helper has opened the sums of a model for clients that are not all here, and opens them for no other set. */
export const cohortChanged = failure("CohortChanged");
/** What a round's masked updates add up to cannot be, or is more than the configuration allows. */
export const sumInvalid = failure("SumInvalid");
/** Fewer clients reported than the strategy's mathematics takes. */
export const aggregationImpossible = failure("AggregationImpossible");
/** The functions are of another version than the execution that invokes them: the stack was deployed in between. */
export const functionsReplaced = failure("FunctionsReplaced");
/** The state machine's definition uses what the local executor would silently ignore. */
export const definitionUnsupported = failure("DefinitionUnsupported");
/** The CDK app ended without a cloud assembly. */
export const synthFailed = failure("SynthFailed");
/** The cloud assembly holds what the local endpoints cannot stand in for. */
export const assemblyUnsupported = failure("AssemblyUnsupported");
/** Objects of a run are not what the others say of them. */
export const runAltered = failure("RunAltered");
/** An execution ended in failure, was stopped or timed out. */
export const executionFailed = failure("ExecutionFailed");
/** The folder that local runs keep everything in was removed, or can no longer be written. */
export const homeLost = failure("HomeLost");
export const diskFull = failure("DiskFull");
/** The system lets a command start no more processes. */
export const processesRefused = failure("ProcessesRefused");
/** Standard output or standard error took less than was written. */
export const outputLost = failure("OutputLost");
/** The person stopped a run, which can be resumed. */
export const runInterrupted = failure("RunInterrupted");
/** The person stopped watching a run that goes on. */
export const watchingEnded = failure("WatchingEnded");
/** A service refuses more requests a second, and did so when they were repeated. */
export const requestsThrottled = failure("RequestsThrottled");
/** A service had a fault of its own, and had it again when the request was repeated. */
export const serviceFailed = failure("ServiceFailed");
/** Some runs of a study failed; its table leaves them out and says so. */
export const studyIncomplete = failure("StudyIncomplete");

/**
 * What a repetition can cure: the service's own faults, an environment that died or took too long, and S3 where it
 * failed for longer than the SDK repeats. Of a death by time or memory the invocation's own names are known, and
 * Lambda.Unknown is what Step Functions documents
 * (https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html).
 */
export const transientErrors = [
  "Lambda.TooManyRequestsException",
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.ClientExecutionTimeoutException",
  "Lambda.Unknown",
  "Sandbox.Timedout",
  "Runtime.ExitError",
  "Runtime.OutOfMemory",
  "StorageUnavailable",
  "States.Timeout",
] as const;

/** What silences one helper for one round once retries are used up; any two of three suffice. */
export const helperErrors = [...transientErrors, "ObjectMissing", "ObjectInvalid", "ObjectTaken"] as const;

/** What silences one client for one round once retries are used up; the quorum decides whether the run goes on. */
export const clientErrors = [
  ...transientErrors,
  "ObjectMissing",
  "ObjectInvalid",
  "ObjectTaken",
  "TrainingDiverged",
  "TrainerMemoryExceeded",
  "UpdateInvalid",
] as const;
