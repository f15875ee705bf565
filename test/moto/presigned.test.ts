import { execFileSync, spawnSync } from "node:child_process";
import { S3Client } from "@aws-sdk/client-s3";
import { afterEach, expect, test, vi } from "vitest";
import { Addresses } from "../../functions/door/addresses.ts";

/**
 * botocore signs the same address: moto takes a presigned PUT, and looks neither at its signature nor at what it covers, so
 * that nothing can be refused there.
 */
const script = `
import datetime, json, sys, urllib.parse
import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
given = json.loads(sys.argv[1])
now = datetime.datetime.fromisoformat(given["now"].replace("Z", "+00:00"))
class Fixed(datetime.datetime):
    @classmethod
    def now(cls, tz=None): return now
    @classmethod
    def utcnow(cls): return now.replace(tzinfo=None)
if hasattr(botocore.auth, "get_current_datetime"):
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: now.replace(tzinfo=None) if remove_tzinfo else now
class Module:
    datetime = Fixed
botocore.auth.datetime = Module
request = AWSRequest(method=given["method"], url=given["url"], headers=given["headers"])
signer = botocore.auth.S3SigV4QueryAuth(Credentials("AKIDOOR", "secret", "to/ken+="), "s3", "eu-central-1", expires=given["expires"])
signer.add_auth(request)
query = urllib.parse.parse_qs(urllib.parse.urlsplit(request.url).query)
print(json.dumps({name: values[0] for name, values in query.items()}))
`;

const hasBotocore = spawnSync("python3", ["-c", "import botocore.auth"]).status === 0;
const now = new Date("2026-11-29T20:00:00Z");
const credentials = { accessKeyId: "AKIDOOR", secretAccessKey: "secret", sessionToken: "to/ken+=" };
const addresses = new Addresses(new S3Client({ region: "eu-central-1", credentials }), "bucket");

afterEach(() => vi.useRealTimers());

function byBotocore(
  method: string,
  address: string,
  headers: object,
  expires: number,
): Record<string, string> {
  const { origin, pathname } = new URL(address);
  const url = `${origin}${pathname}?X-Amz-Content-Sha256=UNSIGNED-PAYLOAD`;
  const given = JSON.stringify({ method, url, headers, expires, now: now.toISOString() });
  return JSON.parse(execFileSync("python3", ["-c", script, given], { encoding: "utf8" }));
}

test.skipIf(!hasBotocore)(
  "botocore comes to the same address of an update, and of what is read",
  async () => {
    vi.useFakeTimers({ toFake: ["Date"], now });
    const checksum = Buffer.alloc(32, 7).toString("base64");
    const { url, headers } = await addresses.sending({
      key: "updates/r.1/00001/00003/00002.safetensors",
      bytes: 9,
      checksum,
    });
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual(byBotocore("PUT", url, headers, 900));
    const read = await addresses.reading("runs/r.1/global/00002.safetensors");
    expect(Object.fromEntries(new URL(read).searchParams)).toEqual(byBotocore("GET", read, {}, 300));
  },
);
