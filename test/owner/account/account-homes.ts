import type { InAccount } from "../../../owner/account/answer-job.ts";
import { openHome, openOrMakeHome } from "../../../owner/home.ts";
import type { KeyFile, Mac } from "../../../owner/key-file.ts";
import { BucketStorage } from "../../../owner/storage/bucket-storage.ts";
import type { KeyStorage } from "../../../owner/storage/home-storage.ts";
import type { Bundle } from "../../../owner/train.ts";
import { Bucket } from "../../../storage/bucket.ts";
import { readNamed } from "../../../tables/named-path.ts";
import { readBySchema } from "../../../tables/read-by-schema.ts";
import { MemoryBucket } from "../../functions/memory-bucket.ts";
import { at } from "../homes.ts";
import type { WorkingOwner } from "../working-owners.ts";

/** Keys as the parameter holds them: written once. */
export class KeptKeys implements KeyStorage {
  readonly place = "the parameter /fedstep-owner/keys";
  readonly mac: Mac | undefined;
  file: KeyFile | undefined;

  /** @param mac where KMS keeps the key of codes */
  constructor(mac?: Mac) {
    this.mac = mac;
  }

  async read() {
    return this.file;
  }

  async keep(first: KeyFile): Promise<KeyFile> {
    this.file ??= first;
    return this.file;
  }

  async replace(): Promise<void> {
    throw new Error("keys are written once");
  }
}

export const account = (number: number) => ({
  account: `11112222${String(3000 + number)}`,
  stack: "fedstep-owner",
  partition: "aws",
  region: "us-east-1",
});

/** An owner's account: its bucket and its keys, whoever opens them. */
export class OwnersAccount {
  readonly bucket = new MemoryBucket();
  readonly keys: KeptKeys;
  readonly #number: number;

  constructor(number = 0, mac?: Mac) {
    this.#number = number;
    this.keys = new KeptKeys(mac);
  }

  /** As one invocation has it. */
  storage(id = "invocation-1", untilMs = 60_000): BucketStorage {
    return new BucketStorage({
      bucket: new Bucket(this.bucket.client, "bucket"),
      name: "bucket",
      account: account(this.#number),
      keys: this.keys,
      atWork: { id, until: new Date(Date.now() + untilMs) },
    });
  }

  home(name = `owner ${this.#number}`) {
    return openOrMakeHome(this.storage(), name, at);
  }

  open() {
    return openHome(this.storage());
  }

  text(name: string): string {
    return new TextDecoder().decode(this.bucket.contents.get(`home/${name}`));
  }
}

/** An owner in an account of its own. */
export type InItsAccount = WorkingOwner & { readonly account: OwnersAccount };

/** What such an owner takes part with. */
export const partInAccount = (
  bundle: Bundle,
  bucket: MemoryBucket,
  { account, data }: InItsAccount,
  more: Partial<InAccount> = {},
): InAccount => ({
  storage: account.storage(),
  federation: "clinics",
  coordinator: new Bucket(bucket.client, "bucket"),
  readData: async ({ schema }) => readBySchema(await readNamed(data, "--data"), schema),
  bundle,
  signal: new AbortController().signal,
  tell: () => {},
  ...more,
});

/** The owner of that number, moved into an account of its own. */
export async function inAccount({ data }: WorkingOwner, number: number, mac?: Mac): Promise<InItsAccount> {
  const account = new OwnersAccount(number, mac);
  return { home: await account.home(), data, account };
}
