import { openHome } from "../../../owner/home.ts";
import { doorOf } from "../../../owner/run/door-address.ts";
import { DoorClient } from "../../../owner/run/door-client.ts";
import { Pace } from "../../../owner/run/pace.ts";
import { takePart } from "../../../owner/run/take-part.ts";
import type { TakingPart } from "../../../owner/run/taking-part.ts";
import { Transport } from "../../../owner/run/transport.ts";
import type { Bundle } from "../../../owner/train.ts";
import type { Agreement } from "../../../shared/owners/agreement.ts";
import { readNamed } from "../../../tables/named-path.ts";
import { readBySchema } from "../../../tables/read-by-schema.ts";
import type { WorkingOwner } from "../working-owners.ts";

export interface Taking {
  readonly owner: WorkingOwner;
  readonly agreed: Agreement;
  readonly bundle: Bundle;
  readonly url: string;
  readonly ca?: string;
  readonly signal?: AbortSignal;
}

/** Has an owner take part as fedstep owner run does, at a pace for tests. @returns what it told of */
export async function takes(
  { owner, agreed, bundle, url, ca, signal = new AbortController().signal }: Taking,
  changes: Partial<TakingPart> = {},
): Promise<string[]> {
  const told: string[] = [];
  const tell = changes.tell ?? ((line: string) => void told.push(line));
  const { storage, keys } = await openHome(owner.home.place);
  const address = doorOf(agreed, agreed.door ? undefined : url);
  const transport = await Transport.open(address, ca);
  try {
    await takePart({
      ...{ storage, agreed, address, transport, tell, signal, bundle, ask: false, until: "final pass" },
      client: new DoorClient(agreed.federation, address, transport, keys, tell),
      readData: async ({ schema }) => readBySchema(await readNamed(owner.data, "--data"), schema),
      pace: new Pace({ atWork: 5, idle: 20 }),
      ...changes,
    });
    return told;
  } finally {
    await transport.close();
  }
}
