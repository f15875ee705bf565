import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { checksumAlgorithms } from "./checksums.ts";
import type { Draft } from "./draft.ts";
import { S3Error, systemCode } from "./errors.ts";
import { storedHeadersSchema } from "./metadata.ts";
import type { LocalStorage } from "./storage.ts";

const uploadSchema = z.strictObject({
  bucket: z.string(),
  key: z.string(),
  headers: storedHeadersSchema,
  /** what every part is summed with, and how the object's checksum follows from it */
  checksum: z
    .strictObject({ algorithm: z.enum(checksumAlgorithms), type: z.enum(["COMPOSITE", "FULL_OBJECT"]) })
    .optional(),
});
export type Upload = z.infer<typeof uploadSchema>;

export interface OpenUpload extends Upload {
  readonly id: string;
  readonly initiated: Date;
}

const startOrder = (a: OpenUpload, b: OpenUpload) =>
  a.initiated.getTime() - b.initiated.getTime() || (a.id < b.id ? -1 : 1);

export interface UploadPart {
  readonly number: number;
  readonly path: string;
  readonly size: number;
  readonly modified: Date;
  /** of the part's bytes */
  readonly md5: Buffer;
  readonly checksum: Buffer | undefined;
}

const noSuchUpload = (id: string) =>
  new S3Error(
    "NoSuchUpload",
    "The specified multipart upload does not exist. It may have been aborted or completed.",
    {
      UploadId: id,
    },
  );

/**
 * Uploads that come in parts: a folder each, with what was said at the start and one file for each part. A part's
 * digests stand in its file's name, so that a part is there with them or not at all.
 */
export class Uploads {
  readonly #storage: LocalStorage;

  constructor(storage: LocalStorage) {
    this.#storage = storage;
  }

  create(upload: Upload): string {
    const id = randomBytes(16).toString("hex");
    const folder = join(this.#storage.uploads, id);
    mkdirSync(folder);
    writeFileSync(join(folder, "upload.json"), JSON.stringify(upload));
    return id;
  }

  /** @throws NoSuchUpload also if the upload is of another key */
  open(id: string, bucket: string, key: string): Upload {
    try {
      const text = readFileSync(join(this.#folderOf(id), "upload.json"), "utf8");
      const upload = uploadSchema.parse(JSON.parse(text));
      if (upload.bucket === bucket && upload.key === key) return upload;
    } catch (error) {
      if (systemCode(error) !== "ENOENT") throw error;
    }
    throw noSuchUpload(id);
  }

  /** Those that are open, in the order of their keys, and of one key in the order of their starts. */
  list(bucket: string): readonly OpenUpload[] {
    return readdirSync(this.#storage.uploads)
      .flatMap((id): OpenUpload[] => {
        const file = join(this.#storage.uploads, id, "upload.json");
        try {
          const upload = uploadSchema.parse(JSON.parse(readFileSync(file, "utf8")));
          return upload.bucket === bucket ? [{ ...upload, id, initiated: statSync(file).mtime }] : [];
        } catch (error) {
          // ended since the folder was read
          if (systemCode(error) === "ENOENT") return [];
          throw error;
        }
      })
      .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)) || startOrder(a, b));
  }

  /** A part that comes again replaces its predecessor. */
  async addPart(
    id: string,
    number: number,
    draft: Draft,
    md5: Buffer,
    checksum: Buffer | undefined,
  ): Promise<void> {
    const folder = this.#folderOf(id);
    const name = `${number}.${md5.toString("hex")}.${checksum?.toString("hex") ?? "none"}`;
    await this.#storage.lock.run(() => {
      this.requireOpen(id);
      const before = readdirSync(folder).filter((other) => other.startsWith(`${number}.`) && other !== name);
      draft.seal();
      draft.moveTo(join(folder, name));
      for (const other of before) rmSync(join(folder, other));
    });
  }

  /** In the order of their numbers. */
  parts(id: string): readonly UploadPart[] {
    const folder = this.#folderOf(id);
    return readdirSync(folder)
      .flatMap((name): UploadPart[] => {
        const match = /^(\d+)\.([0-9a-f]{32})\.([0-9a-f]+|none)$/.exec(name);
        const [number, md5, checksum] = match?.slice(1) ?? [];
        if (number === undefined || md5 === undefined || checksum === undefined) return [];
        const path = join(folder, name);
        const { size, mtime } = statSync(path);
        return [
          {
            number: Number(number),
            path,
            size,
            modified: mtime,
            md5: Buffer.from(md5, "hex"),
            checksum: checksum === "none" ? undefined : Buffer.from(checksum, "hex"),
          },
        ];
      })
      .sort((a, b) => a.number - b.number);
  }

  /** For the moment, under the lock, in which only one of two may complete it. */
  requireOpen(id: string): void {
    if (!existsSync(join(this.#folderOf(id), "upload.json"))) throw noSuchUpload(id);
  }

  async remove(id: string): Promise<void> {
    await this.#storage.lock.run(() => {
      rmSync(join(this.#folderOf(id), "upload.json"), { force: true });
    });
    // without its description it is no upload any more, so that its parts can go without haste
    rmSync(this.#folderOf(id), { recursive: true, force: true });
  }

  #folderOf(id: string): string {
    if (!/^[0-9a-f]{32}$/.test(id)) throw noSuchUpload(id);
    return join(this.#storage.uploads, id);
  }
}
