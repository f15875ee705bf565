import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SSMClient } from "@aws-sdk/client-ssm";
import type { Context } from "aws-lambda";
import type { Mac } from "../../owner/key-file.ts";
import { BucketStorage } from "../../owner/storage/bucket-storage.ts";
import { configInvalid, datasetInvalid, isNamed } from "../../shared/errors.ts";
import { keysParameterOf } from "../../shared/owners/stack-names.ts";
import { Bucket } from "../../storage/bucket.ts";
import { namedBytes } from "../../tables/named-path.ts";
import type { NamedBytes } from "../../tables/pieces.ts";
import type { OwnerEnvironment } from "./environment.ts";
import { macInKms, ParameterKeys } from "./parameter-keys.ts";

/** Share of a function's memory that a table may have: beside its bytes stand its numbers, once here and once where they train. */
const tableShare = 1 / 8;

/** What both functions of an owner's stack work with; its clients stay open between invocations. */
export class OwnersPlace {
  readonly environment: OwnerEnvironment;
  /** The coordinator's. */
  readonly coordinator: Bucket;
  readonly #own: Bucket;
  readonly #ssm = new SSMClient({});
  readonly #mac: Mac | undefined;
  readonly #mostTableBytes: number;

  /** @param memoryMb of the function */
  constructor(environment: OwnerEnvironment, memoryMb: number) {
    this.environment = environment;
    this.#mostTableBytes = Math.floor(tableShare * memoryMb * 2 ** 20);
    const s3 = new S3Client({});
    this.coordinator = new Bucket(s3, environment.coordinatorBucket);
    this.#own = new Bucket(s3, environment.bucket);
    const { macKey } = environment;
    this.#mac = macKey === undefined ? undefined : macInKms(new KMSClient({}), macKey);
  }

  /** The home, for one invocation: by whose ARN the account is known. */
  home({ invokedFunctionArn, awsRequestId, getRemainingTimeInMillis }: Invoked): BucketStorage {
    const [, partition, , region, account] = invokedFunctionArn.split(":");
    if (!partition || !region || !account) throw configInvalid(`${invokedFunctionArn} is no function's ARN`);
    const { stack, bucket: name } = this.environment;
    return new BucketStorage({
      bucket: this.#own,
      name,
      account: { partition, region, account, stack },
      keys: new ParameterKeys(this.#ssm, keysParameterOf(stack), this.#mac),
      atWork: { id: awsRequestId, until: new Date(Date.now() + getRemainingTimeInMillis()) },
    });
  }

  /** @throws DatasetInvalid where there is none, it is too large, or it is no gzip and says so */
  async readTable(signal?: AbortSignal): Promise<NamedBytes> {
    const { bucket, data } = this.environment;
    const label = `s3://${bucket}/${data}`;
    try {
      const { bytes } = await this.#own.get(data, this.#mostTableBytes);
      return await namedBytes(label, bytes, signal);
    } catch (error) {
      if (isNamed(error, "ObjectMissing")) {
        throw datasetInvalid(`${label} is not there: copy the table to it, as aws s3 cp does`, {
          cause: error,
        });
      }
      if (isNamed(error, "ObjectInvalid")) {
        throw datasetInvalid(
          `${label} has more than ${this.#mostTableBytes} bytes, an eighth of the function's memory: deploy the stack with a larger -c memoryMb`,
          { cause: error },
        );
      }
      throw error;
    }
  }
}

export type Invoked = Pick<Context, "invokedFunctionArn" | "awsRequestId" | "getRemainingTimeInMillis">;
