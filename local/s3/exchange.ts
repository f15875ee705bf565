import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { S3Access } from "./access.ts";
import type { AccountStores } from "./account-stores.ts";
import { S3Error } from "./errors.ts";
import type { FileStore } from "./object-store.ts";
import type { RequestFault } from "./request-fault.ts";
import type { LocalStorage } from "./storage.ts";

/** What a request is about, from its path. */
export interface RequestTarget {
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
}

/** One request, as the operations see it. */
export interface Exchange extends RequestTarget {
  readonly message: IncomingMessage;
  /** What its sender may do. */
  readonly access: S3Access;
  readonly headers: IncomingHttpHeaders;
  /** Of the account that has the bucket; of the sender's where the request is about none. */
  readonly storage: LocalStorage;
  readonly objects: FileStore;
  /** Of all accounts. */
  readonly stores: AccountStores;
  readonly fault: RequestFault | undefined;
}

const longestKey = 1024;

/** Reads `/bucket/key?query` as it stands: a URL parser would resolve the ".." that a key may contain. */
export function readTarget(url: string): RequestTarget {
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  if (!path.startsWith("/")) throw new S3Error("InvalidURI", "Expected a path: /bucket/key");
  return { ...readPath(path.slice(1)), query: new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1)) };
}

/** bucket/key, percent-encoded; the form of x-amz-copy-source as well */
export function readPath(path: string): { bucket: string; key: string } {
  const slash = path.indexOf("/");
  const bucket = decode(slash < 0 ? path : path.slice(0, slash));
  const key = slash < 0 ? "" : decode(path.slice(slash + 1));
  if (Buffer.byteLength(key) > longestKey) {
    throw new S3Error("KeyTooLongError", "Your key is too long", { MaxSizeAllowed: String(longestKey) });
  }
  return { bucket, key };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error("InvalidURI", "Couldn't parse the specified URI: it is not percent-encoded UTF-8.");
  }
}

/** Whole number from a query parameter. */
export function readCount(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (!/^\d{1,9}$/.test(text)) {
    throw new S3Error("InvalidArgument", `Provided ${name} not an integer or within integer range`);
  }
  return Number(text);
}
