/** What was asked for when an error came, as the SDK names it: S3Client and HeadObjectCommand. */
export interface FailedRequest {
  readonly client: string;
  readonly command: string;
}

const requests = new WeakMap<object, FailedRequest>();

export function rememberRequest(error: unknown, request: FailedRequest): void {
  if (typeof error === "object" && error !== null) requests.set(error, request);
}

/** The permissions that S3's operations take where they are called otherwise. */
const s3Actions = new Map([
  // without the second one, S3 does not say of an object that it is not there
  ["HeadObject", "GetObject or s3:ListBucket"],
  ["ListObjectsV2", "ListBucket"],
  ["DeleteObjects", "DeleteObject"],
  ["CreateMultipartUpload", "PutObject"],
  ["UploadPart", "PutObject"],
  ["CompleteMultipartUpload", "PutObject"],
  ["ListMultipartUploads", "ListBucketMultipartUploads"],
  ["ListParts", "ListMultipartUploadParts"],
]);

const services = new Map([
  ["S3Client", { name: "S3", prefix: "s3" }],
  ["SFNClient", { name: "Step Functions", prefix: "states" }],
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

function commandOf(request: FailedRequest | undefined): string {
  return request?.command.replace(/Command$/, "") ?? "operation";
}

/** The permission that a refused request took, such as s3:PutObject, where it is known. */
export function actionOf(error: Error): string | undefined {
  const [, said] = /not authorized to perform:? ([\w-]+:\w+)/.exec(error.message) ?? [];
  if (said !== undefined) return said;
  const request = requests.get(error);
  const service = services.get(request?.client ?? "");
  if (!request || !service) return undefined;
  const operation = commandOf(request);
  return `${service.prefix}:${(service.prefix === "s3" && s3Actions.get(operation)) || operation}`;
}
