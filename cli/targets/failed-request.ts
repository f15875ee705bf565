import { leastAccess, policyName } from "../../cdk/constructs/access-rights.ts";
import { ownerPolicyOf } from "../../shared/owners/stack-names.ts";

/** What was asked for when an error came, as the SDK names it: S3Client and HeadObjectCommand. */
export interface FailedRequest {
  readonly client: string;
  readonly command: string;
  readonly input: RequestInput;
  /** The deployed stack, and the region that it was looked for in. */
  readonly stack: string;
  readonly region: string;
  /** Whether the stack is an owner's. */
  readonly isOwners: boolean;
}

/** What says which objects a request is about, where it is about any. */
interface RequestInput {
  readonly Key?: string;
  readonly Prefix?: string;
  readonly Delete?: { readonly Objects?: readonly { readonly Key?: string }[] };
}

const requests = new WeakMap<object, FailedRequest>();

export function rememberRequest(error: unknown, request: FailedRequest): void {
  if (typeof error === "object" && error !== null) requests.set(error, request);
}

/** Reading takes the second one too: without it S3 does not say of an object that it is not there. */
const reading = ["GetObject", "ListBucket"] as const;

/** The permissions that S3's operations take where they are called otherwise. */
const s3Actions = new Map<string, readonly string[]>([
  ["GetObject", reading],
  ["HeadObject", reading],
  ["ListObjectsV2", ["ListBucket"]],
  ["DeleteObjects", ["DeleteObject"]],
  ["CreateMultipartUpload", ["PutObject"]],
  ["UploadPart", ["PutObject"]],
  ["CompleteMultipartUpload", ["PutObject"]],
  ["ListMultipartUploads", ["ListBucketMultipartUploads"]],
  ["ListParts", ["ListMultipartUploadParts"]],
]);

const services = new Map([
  ["S3Client", { name: "S3", prefix: "s3" }],
  ["SFNClient", { name: "Step Functions", prefix: "states" }],
  ["LambdaClient", { name: "Lambda", prefix: "lambda" }],
  ["CloudFormationClient", { name: "CloudFormation", prefix: "cloudformation" }],
]);

/** The service that an error came from, as people call it. */
export function serviceOf(error: object): string {
  return services.get(requests.get(error)?.client ?? "")?.name ?? "the service";
}

/** Whether the error came out of a client of the SDK. */
export function isOfRequest(error: object): boolean {
  return requests.has(error);
}

/** What was asked for, such as S3's HeadObject. */
export function operationOf(error: object): string {
  const service = serviceOf(error);
  return `${service}${service.endsWith("s") ? "'" : "'s"} ${commandOf(requests.get(error))}`;
}

function commandOf(request: Pick<FailedRequest, "command"> | undefined): string {
  return request?.command.replace(/Command$/, "") ?? "operation";
}

/** The permission that a refused request took, such as s3:PutObject, where it is known. */
export function actionOf(error: Error): string | undefined {
  const [, said] = /not authorized to perform:? ([\w-]+:\w+)/.exec(error.message) ?? [];
  if (said !== undefined) return said;
  const request = requests.get(error);
  return request && actionsFor(request)?.join(" or ");
}

/** The lesser of the stack's two policies that hold what a refused request took, where that is known. */
export function policyOf(error: Error): string | undefined {
  const request = requests.get(error);
  const actions = request && actionsFor(request);
  if (!actions) return undefined;
  if (request.isOwners) return ownerPolicyOf(request.stack, request.region);
  const { Key, Prefix, Delete } = request.input;
  const kind = leastAccess(actions, Key ?? Prefix ?? Delete?.Objects?.[0]?.Key);
  return kind && policyName(request.stack, request.region, kind);
}

/** The permissions that a request takes, such as s3:PutObject; undefined for a service that no command asks. */
export function actionsFor(request: Pick<FailedRequest, "client" | "command">): string[] | undefined {
  const { prefix } = services.get(request.client) ?? {};
  if (prefix === undefined) return undefined;
  const operation = commandOf(request);
  const named = prefix === "lambda" && operation === "Invoke" ? "InvokeFunction" : operation;
  const actions = (prefix === "s3" && s3Actions.get(operation)) || [named];
  return actions.map((action) => `${prefix}:${action}`);
}
