import { ownerInvalid } from "../shared/errors.ts";
import { federationName } from "../shared/owners/agreement-name.ts";
import { featuresOf } from "../shared/owners/data-schema.ts";
import { fingerprintOf } from "../shared/owners/identity.ts";
import type { JoinRequest } from "../shared/owners/request.ts";
import { type Signed, sign } from "../shared/owners/signed.ts";
import { visible } from "../shared/visible.ts";
import { type Choices, inferSchema } from "../tables/infer-schema.ts";
import type { NamedBytes } from "../tables/pieces.ts";
import type { OwnerHome } from "./home.ts";
import { readPolicy } from "./policy.ts";

export interface MadeRequest {
  readonly request: Signed<JoinRequest>;
  readonly notes: readonly string[];
}

/**
 * What an owner asks to join with: keys, the digest of its policy, and of its table the columns' types and roles.
 * @throws OwnerInvalid, DatasetInvalid with all that is wrong with the table
 */
export async function makeRequest(
  home: OwnerHome,
  { federation, ...choices }: Choices & { readonly federation: string },
  readTable: () => Promise<NamedBytes>,
  signal?: AbortSignal,
): Promise<MadeRequest> {
  const called = federationName.safeParse(federation);
  if (!called.success) throw ownerInvalid(`--federation: ${called.error.issues[0]?.message}`);
  const { sha256: policySha256 } = await readPolicy(home);
  const { schema, notes } = await inferSchema(await readTable(), choices, signal);
  const { name, exchangeKey } = home.owner;
  const statement = home.log.next;
  const { account: place } = home.storage;
  const content = {
    ...({ format: 1, federation, name, statement, exchangeKey } as const),
    ...(place && { place }),
    ...{ policySha256, schema },
  };
  return { request: await sign("request", content, home.keys), notes };
}

/** What is about to be told, in sentences. */
export function requestText({ content, key }: Signed<JoinRequest>): string {
  const { federation, name, schema } = content;
  const roles = (role: string) => schema.columns.filter((one) => one.role === role).map((one) => one.name);
  const ranges = featuresOf(schema).filter(({ range }) => range);
  const { label } = schema;
  return [
    `${name} asks to join the federation ${federation}, and tells the coordinator:`,
    `- its name, its two public keys (fingerprint ${fingerprintOf(key)}), and the digest of its policy`,
    ...(content.place
      ? [
          `- where its function is: stack ${content.place.stack} of account ${content.place.account}, in ${content.place.region}`,
        ]
      : []),
    `- the names of ${schema.columns.length} columns, and that they hold numbers or text: features are ${listed(roles("feature"))}; ` +
      `ids, which no model sees, ${listed(roles("id"))}; dropped are ${listed(roles("drop"))}`,
    ranges.length > 0
      ? `- the lowest and the highest value of ${ranges.length} columns, each of which is a value of some row`
      : "- no value of any row, and no range",
    label.classes
      ? `- that ${visible(label.name)} is to be predicted, and its ${label.classes.length} classes, each of at least ten rows: ${listed(label.classes)}`
      : `- that ${visible(label.name)} is to be predicted, and none of its classes`,
    "It tells no count, and nothing else.",
  ].join("\n");
}

const listed = (names: readonly string[]) => (names.length > 0 ? names.map(visible).join(", ") : "none");
