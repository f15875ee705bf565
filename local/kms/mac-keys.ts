import { createHmac, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { accountHome } from "../account-home.ts";
import type { LocalKey } from "../assembly/assembly.ts";
import { accountOfArn } from "../iam/arn.ts";
import { writeWhereNone } from "../new-file.ts";

const materialSchema = z.string().regex(/^[0-9a-f]{64}\n$/);

/** Material of HMAC keys: 32 random bytes, each key's in a file that only this user reads, made at its first use. */
export class MacKeys {
  readonly #home: string;

  constructor(home: string) {
    this.#home = home;
  }

  /** HMAC-SHA-256, 32 bytes. */
  macOf(key: LocalKey, message: Uint8Array): Buffer {
    return createHmac("sha256", Buffer.from(this.#material(key), "hex"))
      .update(message)
      .digest();
  }

  #material({ arn, id }: LocalKey): string {
    const path = join(accountHome(this.#home, accountOfArn(arn)), "keys", `${id}.hex`);
    // of several processes one makes it
    if (!existsSync(path)) writeWhereNone(path, `${randomBytes(32).toString("hex")}\n`);
    return materialSchema.parse(readFileSync(path, "utf8")).trim();
  }
}
