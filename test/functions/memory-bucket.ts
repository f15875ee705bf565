import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3Client,
  type S3ClientResolvedConfig,
  S3ServiceException,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from "@aws-sdk/client-s3";
import { type AwsStub, mockClient } from "aws-sdk-client-mock";
import { Objects } from "../../storage/objects.ts";

/** What a command's input is answered with; what it throws, the client throws. */
// biome-ignore lint/suspicious/noExplicitAny: inputs are those of the SDK's commands, as the mock has them
type Answer = (input: any) => object;

/** A bucket behind a mocked SDK client: what functions read, wrote, and asked for. */
export class MemoryBucket {
  readonly contents = new Map<string, Uint8Array>();
  /** When objects were written, where that is not all the same. */
  readonly modified = new Map<string, Date>();
  /** Whether its answers say how long they are. */
  saysLength = true;
  /** How long they say they are, where that is not so. */
  readonly lengths = new Map<string, number>();
  /** Keys that were read in full, in order. */
  readonly reads: string[] = [];
  readonly objects: Objects;
  readonly options = "";
  readonly mock: AwsStub<ServiceInputTypes, ServiceOutputTypes, S3ClientResolvedConfig>;
  /** Of the functions; where the bucket stands behind all clients, others ask it too. */
  readonly client = new S3Client({ region: "us-east-1" });

  /** @param everywhere whether it stands behind all clients of S3 until they are mocked anew */
  constructor(everywhere = false) {
    this.objects = new Objects(this.client, "bucket");
    this.mock = everywhere ? mockClient(S3Client) : mockClient(this.client);
    const $metadata = {};
    const answers = new Map<unknown, Answer>();
    const on = (command: unknown, answer: Answer) => answers.set(command, answer);
    // the mock's own on() compares each request with all commands: of what verifying a small run takes, a quarter
    this.mock.send.callsFake(async (command) => {
      const answer = answers.get(command.constructor);
      if (!answer) throw new Error(`the bucket has no answer to ${command.constructor.name}`);
      return { $metadata, ...answer(command.input) };
    });
    on(GetObjectCommand, ({ Key, IfNoneMatch }) => {
      const bytes = this.contents.get(Key);
      if (!bytes) throw new NoSuchKey({ message: "no such key", $metadata });
      const ETag = etagOf(bytes);
      if (IfNoneMatch === ETag) {
        throw new S3ServiceException({
          name: "304",
          $fault: "client",
          $metadata: { httpStatusCode: 304 },
        });
      }
      const { reads } = this;
      const body = Readable.from(
        (function* () {
          reads.push(Key);
          yield Uint8Array.from(bytes);
        })(),
      );
      return {
        Body: body,
        ETag,
        ...(this.saysLength && { ContentLength: this.lengths.get(Key) ?? bytes.length }),
      };
    });
    on(HeadObjectCommand, ({ Key }) => {
      if (!this.contents.has(Key)) throw new NotFound({ message: "not found", $metadata });
      return {};
    });
    on(DeleteObjectCommand, ({ Key }) => {
      this.contents.delete(Key);
      return {};
    });
    on(DeleteObjectsCommand, ({ Delete }) => {
      for (const { Key } of Delete.Objects) this.contents.delete(Key);
      return {};
    });
    on(ListObjectsV2Command, ({ Prefix, Delimiter }) => {
      const keys = [...this.contents.keys()].filter((key) => key.startsWith(Prefix)).sort();
      if (Delimiter === undefined)
        return {
          Contents: keys.map((Key) => ({
            Key,
            Size: this.contents.get(Key)?.length,
            LastModified: this.modified.get(Key) ?? new Date(0),
          })),
        };
      const folders = keys.map((key) => key.slice(0, key.indexOf(Delimiter, Prefix.length) + 1));
      return { CommonPrefixes: [...new Set(folders)].map((folder) => ({ Prefix: folder })) };
    });
    on(PutObjectCommand, ({ Key, Body, IfNoneMatch, IfMatch }) => {
      const stands = this.contents.get(Key);
      if (IfMatch !== undefined && (!stands || etagOf(stands) !== IfMatch)) throw preconditionFailed();
      if (IfNoneMatch === "*" && this.contents.has(Key)) {
        throw preconditionFailed();
      }
      this.contents.set(
        Key,
        Uint8Array.from(typeof Body === "string" ? new TextEncoder().encode(Body) : Body),
      );
      return {};
    });
  }

  /** Requests so far, as S3 bills them. */
  requests(): { writes: number; reads: number } {
    const commands = this.mock.calls().map(({ args: [command] }) => command);
    const writes = commands.filter((command) => command instanceof PutObjectCommand).length;
    const reads = commands.filter(
      (command) => command instanceof GetObjectCommand || command instanceof HeadObjectCommand,
    ).length;
    if (writes + reads !== commands.length)
      throw new Error("a request that is neither a PUT, a GET nor a HEAD");
    return { writes, reads };
  }

  json(key: string): unknown {
    return JSON.parse(new TextDecoder().decode(this.contents.get(key)));
  }
}

function etagOf(bytes: Uint8Array): string {
  return `"${createHash("md5").update(bytes).digest("hex")}"`;
}

function preconditionFailed(): S3ServiceException {
  return new S3ServiceException({
    name: "PreconditionFailed",
    $fault: "client",
    $metadata: { httpStatusCode: 412 },
  });
}
