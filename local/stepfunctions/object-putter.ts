import * as z from "zod";
import { readXml } from "../s3/xml.ts";
import { StateFailure } from "./failures.ts";
import type { Json } from "./library.ts";
import type { ServiceAnswer, SignedClient } from "./signed-client.ts";

/** Parameters of PutObject, by the names that Step Functions has for them. */
export interface PutParameters {
  readonly Bucket: string;
  readonly Key: string;
  readonly Body: Json;
  readonly ContentType?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}

/** Puts an object and returns what S3 says of it; throws what Step Functions would call the error. */
export type Put = (parameters: PutParameters, signal: AbortSignal) => Promise<Json>;

const refusal = z.object({ Error: z.object({ Code: z.string(), Message: z.string() }) });

/**
 * The exceptions of PutObject that the AWS SDK for Java has classes for, whose names Step Functions takes; every other
 * one is S3Exception. S3.NoSuchBucketException and the words of causes are as others have recorded them on AWS
 * (localstack, tests/aws/services/stepfunctions/v2/error_handling/test_aws_sdk.snapshot.json), of ListObjects: that
 * PutObject's are the same is not confirmed.
 */
const named: ReadonlySet<string> = new Set(["NoSuchBucket", "InvalidRequest"]);

/**
 * S3 as any client asks it. The body is JSON whatever it is: recorded on AWS too, a text is stored in quotes
 * (test_aws_sdk_task_service.snapshot.json, test_s3_put_object).
 */
export function objectPutter(client: SignedClient): Put {
  return async ({ Bucket, Key, Body, ContentType, IfNoneMatch }, signal) => {
    const answer = await client
      .send({
        service: "s3",
        method: "PUT",
        path: `/${[Bucket, ...Key.split("/")].map(encodeURIComponent).join("/")}`,
        headers: {
          ...(ContentType !== undefined && { "content-type": ContentType }),
          ...(IfNoneMatch !== undefined && { "if-none-match": IfNoneMatch }),
        },
        body: JSON.stringify(Body),
        signal,
      })
      .catch((error: Error) => {
        throw new StateFailure("S3.SdkClientException", error.message);
      });
    if (answer.status >= 300) throw refused(answer);
    return { ETag: String(answer.headers.etag) };
  };
}

function refused({ status, headers, body }: ServiceAnswer): StateFailure {
  const { Code, Message } = readXml(Buffer.from(body), refusal).Error;
  const name = named.has(Code) ? `${Code}Exception` : "S3Exception";
  const ids = `Request ID: ${headers["x-amz-request-id"]}, Extended Request ID: ${headers["x-amz-id-2"]}`;
  return new StateFailure(`S3.${name}`, `${Message} (Service: S3, Status Code: ${status}, ${ids})`);
}
