import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { configInvalid } from "../../shared/errors.ts";
import { coordinatorAccount } from "../assembly/names.ts";
import { type LocalEndpoint, type Service, startEndpoint } from "../endpoint/endpoint.ts";
import { AccessControl } from "../iam/access-control.ts";
import type { Authenticator } from "../iam/authenticator.ts";
import { CredentialStore } from "../iam/credential-store.ts";
import { SignatureVerifier } from "../iam/signature-verifier.ts";
import { S3Access } from "./access.ts";
import { AccountStores } from "./account-stores.ts";
import { bucketExists } from "./bucket-exists.ts";
import { isBucketName } from "./bucket-name.ts";
import { createBucket } from "./buckets.ts";
import { Counters, type S3Requests } from "./counters.ts";
import { S3Error, toS3Error } from "./errors.ts";
import { type RequestTarget, readTarget } from "./exchange.ts";
import { type Reply, send } from "./reply.ts";
import type { FaultOfRequest } from "./request-fault.ts";
import { route } from "./router.ts";
import { inS3Terms } from "./signature-errors.ts";
import { signedPayload } from "./signed-payload.ts";
import { type LocalStorage, refuseWriting } from "./storage.ts";
import { errorDocument } from "./xml.ts";

export interface S3Options {
  /** Where the coordinator's objects lie; made if it is not there. */
  readonly directory: string;
  /** Where those of other accounts lie, each below a folder of its name; by default apart in that directory. */
  readonly accounts?: string;
  /** Decides who may do what; by default only administrators may do anything. */
  readonly access?: AccessControl;
  /** Tells who asks. */
  readonly authenticator: Authenticator;
  /** Made if they are not there. */
  readonly buckets: readonly string[];
  /** Whose they are, by name; the others are the coordinator's. */
  readonly owners?: ReadonlyMap<string, string>;
  /** Nothing below the directory is made, changed or removed; buckets that are not there are told as empty. */
  readonly readOnly?: boolean;
  /** Asked about every request: what is done to it on purpose. */
  readonly interfere?: FaultOfRequest;
  /** By how many milliseconds the answer to a method is held back, as if S3 were further away. */
  readonly latencyMs?: (method: string) => number;
  /** Told what a request failed with that S3 itself would not fail with, and the id that its answer has. */
  readonly failed?: (error: unknown, requestId: string) => void;
}

export interface LocalS3 {
  readonly handle: Service;
  /** What has been asked since the start; a snapshot. */
  readonly requests: S3Requests;
  /** Once no request is being answered any more. */
  close(): void;
}

export interface S3Endpoint
  extends Pick<LocalEndpoint, "url" | "port" | "close">,
    Pick<LocalS3, "requests"> {}

/**
 * S3 of a directory, as far as fedstep, the SDKs and the AWS command line need it to store and look at objects;
 * anything else is answered 501 NotImplemented. Several processes may serve one directory.
 *
 * @throws HomeUnwritable, HomeUnreadable, ConfigInvalid for a bucket's name, and for one that somebody else has already
 */
export function openS3(options: S3Options): LocalS3 {
  const { directory, buckets, owners, readOnly = false } = options;
  const unfit = buckets.find((name) => !isBucketName(name));
  if (unfit !== undefined) {
    throw configInvalid(`"${unfit}" cannot be a bucket's name: take 3 to 63 of a-z, 0-9, "-" and "."`);
  }
  const { accounts = join(directory, ".s3", "accounts") } = options;
  const stores = new AccountStores({ directory, accounts, readOnly, presumed: buckets });
  const counters = new Counters();
  try {
    for (const name of readOnly ? [] : buckets) {
      ensureBucket(stores, name, owners?.get(name) ?? coordinatorAccount);
    }
  } catch (error) {
    stores.close();
    throw error;
  }
  return {
    handle: listener(stores, counters, options),
    get requests() {
      return counters.snapshot();
    },
    close: () => stores.close(),
  };
}

/**
 * S3 alone, at an address of its own, for the administrator.
 * @throws PortTaken, HomeUnwritable, HomeUnreadable, ConfigInvalid
 */
export async function startS3({
  port,
  ...options
}: Omit<S3Options, "authenticator"> & { readonly port: number }): Promise<S3Endpoint> {
  const s3 = openS3({ ...options, authenticator: new SignatureVerifier(new CredentialStore()) });
  try {
    const endpoint = await startEndpoint(port);
    endpoint.serve("s3", s3.handle);
    return {
      url: endpoint.url,
      port: endpoint.port,
      get requests() {
        return s3.requests;
      },
      async close() {
        await endpoint.close();
        s3.close();
      },
    };
  } catch (error) {
    s3.close();
    throw error;
  }
}

function listener(
  stores: AccountStores,
  counters: Counters,
  { authenticator, access = new AccessControl(), interfere, latencyMs, failed }: S3Options,
) {
  return async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { id, end } = counters.begin();
    if (latencyMs) await sleep(latencyMs(message.method ?? ""));
    let name = "none";
    let reply: Reply;
    try {
      const target = readTarget(message.url ?? "");
      inS3Terms(() => authenticator.authenticate(message, "s3", signedPayload));
      const operation = route(message.method ?? "", target, message.headers);
      name = operation.name;
      const { headers } = message;
      const requester = new S3Access(access, message, (bucket) => stores.accountOf(bucket));
      const { storage, objects } =
        target.bucket === "" ? stores.of(requester.account) : stores.ofBucket(target.bucket);
      requireRights(() => requester.require(operation.permissions(target, headers)), storage, name, target);
      if (storage.readOnly && !/^(GET|HEAD)$/.test(message.method ?? "")) refuseWriting();
      const fault = interfere?.(message.method ?? "", message.url ?? "", traceIdOf(headers));
      if (fault?.refusal) {
        message.resume();
        throw fault.refusal;
      }
      reply = await operation.run({
        ...target,
        message,
        access: requester,
        headers,
        storage,
        objects,
        stores,
        fault,
      });
    } catch (error) {
      if (!(error instanceof S3Error)) failed?.(error, id);
      reply = errorReply(error, message, id);
    }
    response.setHeader("x-amz-request-id", id);
    try {
      end(reply.status, await send(message, response, reply), name);
    } catch {
      // the client has left, or the file broke off after the status was sent: only a cut can still say so
      end(500, 0, name);
      response.destroy();
    }
  };
}

/** Of a bucket that is not there everybody is told so, by the operation; most requests are about one that is. */
function requireRights(
  require: () => void,
  storage: LocalStorage,
  operation: string,
  { bucket }: RequestTarget,
): void {
  try {
    require();
  } catch (error) {
    if (operation === "CreateBucket" || bucket === "" || bucketExists(storage, bucket)) throw error;
  }
}

function traceIdOf(headers: IncomingHttpHeaders): string | undefined {
  const value = headers["x-amzn-trace-id"];
  return typeof value === "string" ? value : undefined;
}

function errorReply(error: unknown, message: IncomingMessage, requestId: string): Reply {
  const { name, status, message: reason, details } = toS3Error(error);
  const resource = (message.url ?? "").split("?")[0] ?? "";
  const body = errorDocument(name, reason, { ...details, Resource: resource, RequestId: requestId });
  return { status, headers: { "content-type": "application/xml" }, body };
}

function ensureBucket(stores: AccountStores, name: string, account: string): void {
  const isThere = () => bucketExists(stores.ofBucket(name).storage, name);
  try {
    if (!isThere()) createBucket(stores, name, account);
  } catch (error) {
    // another endpoint over the same directory was first
    if (!isThere()) throw error;
  }
  const owner = stores.accountOf(name);
  if (owner === account) return;
  throw configInvalid(
    `the bucket ${name} is account ${owner}'s in this home, and cannot be account ${account}'s: take another home by --home or FEDSTEP_HOME, or another name`,
  );
}
