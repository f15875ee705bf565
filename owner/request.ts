import { ownerInvalid } from "../shared/errors.ts";
import { federationName } from "../shared/owners/agreement-name.ts";
import type { AskedOf } from "../shared/owners/desk.ts";
import { fingerprintOf } from "../shared/owners/identity.ts";
import type { JoinRequest } from "../shared/owners/request.ts";
import { type Signed, sign } from "../shared/owners/signed.ts";
import type { ToldColumn } from "../shared/owners/told-schema.ts";
import { visible } from "../shared/visible.ts";
import type { NamedBytes } from "../tables/pieces.ts";
import type { OwnerHome } from "./home.ts";
import { readPolicy } from "./policy.ts";
import { tellSchema } from "./tell-schema.ts";

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
  { federation, of }: { readonly federation: string; readonly of: AskedOf },
  readTable: () => Promise<NamedBytes>,
  signal?: AbortSignal,
): Promise<MadeRequest> {
  const called = federationName.safeParse(federation);
  if (!called.success) throw ownerInvalid(`--federation: ${called.error.issues[0]?.message}`);
  const { sha256: policySha256 } = await readPolicy(home);
  const { schema, notes } = await tellSchema(await readTable(), of, signal);
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
  const { columns, label } = schema;
  const namesOf = (which: (column: ToldColumn) => boolean) =>
    listed(columns.filter(which).map(({ name }) => name));
  const roles = (role: string) => namesOf((one) => one.role === role);
  const ranges = [...columns, label].filter(({ range }) => range);
  const categories = columns.filter((one) => one.categories);
  return [
    `${name} asks to join the federation ${federation}, and tells the coordinator:`,
    `- its name, its two public keys (fingerprint ${fingerprintOf(key)}), and the digest of its policy`,
    ...(content.place
      ? [
          `- where its function is: stack ${content.place.stack} of account ${content.place.account}, in ${content.place.region}`,
        ]
      : []),
    `- the names of ${columns.length} columns, and whether they hold numbers, categories, dates or text: features are ${roles("feature")}; ` +
      `ids, which no model sees, ${roles("id")}; dropped are ${roles("drop")}`,
    `- which columns have gaps in some rows: ${namesOf(({ gaps }) => gaps === true)}`,
    ranges.length > 0
      ? `- the lowest and the highest value of ${ranges.length} columns: ${listed(ranges.map(({ name }) => name))}`
      : "- no value of any row, and no range",
    ...categories.map((one) => `- the categories of ${visible(one.name)}: ${listed(one.categories ?? [])}`),
    label.task === "regression"
      ? `- that ${visible(label.name)}, a number, is to be predicted`
      : label.classes
        ? `- that ${visible(label.name)} is to be predicted, and its ${label.classes.length} classes: ${listed(label.classes)}`
        : `- that ${visible(label.name)} is to be predicted, and none of its classes`,
    "It tells no count, and nothing else.",
  ].join("\n");
}

const listed = (names: readonly string[]) => (names.length > 0 ? names.map(visible).join(", ") : "none");
