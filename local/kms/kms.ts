import * as z from "zod";
import type { LocalKey } from "../assembly/assembly.ts";
import { region } from "../assembly/names.ts";
import { ApiError } from "../endpoint/api-error.ts";
import type { Service } from "../endpoint/endpoint.ts";
import { type JsonAccess, jsonApi } from "../endpoint/json-api.ts";
import type { AccessRequest } from "../iam/access-control.ts";
import { accountOfArn } from "../iam/arn.ts";
import { MacKeys } from "./mac-keys.ts";

export interface KmsOptions extends JsonAccess {
  /** Keeps the material of the keys: that of each account apart. */
  readonly home: string;
  /** Of all stacks. */
  readonly keys: readonly LocalKey[];
}

export interface LocalKms {
  readonly handle: Service;
  close(): Promise<void>;
}

/** Of a message, bytes. */
const longestMessage = 4096;

const ofKey = z.looseObject({ KeyId: z.string().min(1).max(2048) });
/** Grants are not kept here, and what is tried without doing it is not told. */
const generating = z.strictObject({ ...ofKey.shape, MacAlgorithm: z.string(), Message: z.base64() });

/**
 * KMS on this machine, as far as it makes MACs: GenerateMac, by the keys of type HMAC_256 that stacks deploy. Other keys
 * have a policy and no material: S3 is told of by it alone.
 */
export async function openKms({ home, keys, ...access }: KmsOptions): Promise<LocalKms> {
  const known = new Map(keys.map((key) => [key.arn, key]));
  const material = new MacKeys(home);
  const api = jsonApi(
    {
      name: "kms",
      target: "TrentService",
      version: "1.1",
      operations: {
        GenerateMac: (request, account) => {
          const { KeyId, MacAlgorithm, Message } = generating.parse(request);
          const key = keyOf(known, keyArn(KeyId, account));
          const message = Buffer.from(Message, "base64");
          checkMessage(message);
          checkUse(key, MacAlgorithm);
          return { KeyId: key.arn, Mac: material.macOf(key, message).toString("base64"), MacAlgorithm };
        },
      },
      permissionOf: (operation, request, account) => permissionOf(known, operation, request, account),
    },
    access,
  );
  await api.ready();
  return { handle: api.routing, close: () => api.close() };
}

/** Of a key of its own account that is not there everybody is told so; of another account's nobody. */
function permissionOf(
  known: ReadonlyMap<string, LocalKey>,
  operation: string,
  request: unknown,
  account: string,
): AccessRequest {
  const { KeyId, MacAlgorithm } = ofKey.extend({ MacAlgorithm: z.string().optional() }).parse(request);
  const resource = keyArn(KeyId, account);
  if (accountOfArn(resource) === account) keyOf(known, resource);
  return { action: `kms:${operation}`, resource, context: { "kms:MacAlgorithm": MacAlgorithm } };
}

/** A key is named by its id, or by its ARN, which may be of another account. */
function keyArn(given: string, account: string): string {
  if (!/^alias\/|:alias\//.test(given)) {
    return given.startsWith("arn:") ? given : `arn:aws:kms:${region}:${account}:key/${given}`;
  }
  throw invalid(`the local endpoint takes a key's id or ARN, and not its alias ${given}`);
}

function keyOf(known: ReadonlyMap<string, LocalKey>, arn: string): LocalKey {
  const key = known.get(arn);
  if (key !== undefined) return key;
  throw new ApiError("NotFoundException", `Key '${arn}' does not exist`);
}

function checkMessage({ length }: Buffer): void {
  if (length >= 1 && length <= longestMessage) return;
  throw invalid(
    `1 validation error detected: Value at 'message' failed to satisfy constraint: Member must have length between 1 and ${longestMessage}`,
  );
}

function checkUse({ arn, spec, usage }: LocalKey, algorithm: string): void {
  if (spec === "HMAC_256" && usage === "GENERATE_VERIFY_MAC") {
    if (algorithm === "HMAC_SHA_256") return;
    throw new ApiError(
      "InvalidKeyUsageException",
      `Algorithm ${algorithm} is incompatible with key spec ${spec}.`,
    );
  }
  throw new ApiError(
    "InvalidKeyUsageException",
    `${arn} key usage is ${usage} which is not valid for GenerateMac.`,
  );
}

const invalid = (message: string) => new ApiError("ValidationException", message);
