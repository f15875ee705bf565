import type { IncomingMessage } from "node:http";
import { region } from "../assembly/names.ts";
import type { AccessControl, AccessRequest } from "../iam/access-control.ts";
import type { Context } from "../iam/condition-keys.ts";
import { denialSentence } from "../iam/decision.ts";
import { identityOf } from "../iam/requester.ts";
import { noSuchKey, S3Error } from "./errors.ts";

type KeyAction = "kms:Decrypt" | "kms:GenerateDataKey";

/** What an operation takes of a bucket, or of one of its objects and of the key that encrypts it. */
export interface Permission {
  readonly action: string;
  /** Empty where it is about no single bucket. */
  readonly bucket: string;
  readonly key?: string;
  readonly keyActions?: readonly KeyAction[];
  readonly context?: Context;
}

/** What the sender of one request may do. */
export class S3Access {
  readonly #control: AccessControl;
  readonly #message: IncomingMessage;
  readonly #accountOf: (bucket: string) => string;

  /** @param accountOf tells whose a bucket is */
  constructor(control: AccessControl, message: IncomingMessage, accountOf: (bucket: string) => string) {
    this.#control = control;
    this.#message = message;
    this.#accountOf = accountOf;
  }

  /** The sender's. */
  get account(): string {
    return identityOf(this.#message).account;
  }

  /** @throws AccessDenied */
  require(permissions: readonly Permission[]): void {
    for (const permission of permissions) {
      const bucketArn = `arn:aws:s3:::${permission.bucket}`;
      const { action, bucket, key, context } = permission;
      const encryption = this.#control.encryptionOf(bucketArn);
      // a bucket that is made becomes its maker's, and somebody else's of that name is no matter of rights
      const own = bucket === "" || action === "s3:CreateBucket";
      const account = own ? this.account : this.#accountOf(bucket);
      const resource = bucket === "" ? "*" : key === undefined ? bucketArn : `${bucketArn}/${key}`;
      this.#require({ action, resource, resourceAccount: account, context });
      for (const keyAction of (encryption && permission.keyActions) ?? []) {
        this.#require({
          action: keyAction,
          resource: encryption?.keyArn ?? "",
          resourceAccount: account,
          context: {
            "kms:ViaService": `s3.${region}.amazonaws.com`,
            "kms:EncryptionContext:aws:s3:arn": encryption?.bucketKey ? bucketArn : resource,
          },
        });
      }
    }
  }

  /**
   * Who may not list a key is not told that it is missing. S3 compares s3:prefix with the whole key for it, as others
   * have tried on S3 (https://github.com/kopia/kopia/pull/3072).
   */
  missing(bucket: string, key: string): S3Error {
    try {
      this.require([{ action: "s3:ListBucket", bucket, context: { "s3:prefix": key } }]);
      return noSuchKey(key);
    } catch (error) {
      if (error instanceof S3Error) return error;
      throw error;
    }
  }

  #require(request: AccessRequest): void {
    const denial = this.#control.denialOf(this.#message, request);
    if (denial === undefined) return;
    // S3 puts the ARN in quotes, and tells strangers nothing
    const message = denialSentence({ ...denial, resource: `"${denial.resource}"` });
    throw new S3Error("AccessDenied", denial.foreign ? "Access Denied" : message);
  }
}
