import { markdownTable } from "markdown-table";
import { coordinatorAccount, localBucket, region } from "../local/assembly/names.ts";
import type { Policy, Statement } from "../local/iam/policy.ts";
import type { Rights } from "../local/iam/rights.ts";

/** Whose rights a table is of: what is the same for all of them is left out. */
export interface Place {
  readonly account: string;
  /** ARN. */
  readonly bucket: string;
  /** What stands for other texts, such as another account's bucket. */
  readonly others?: Readonly<Record<string, string>>;
}

const coordinators: Place = { account: coordinatorAccount, bucket: `arn:aws:s3:::${localBucket}` };

/** Every statement of every role, policy and resource, as the local endpoints read it from the synthesized assembly. */
export function rightsTable(rights: Rights, place: Place = coordinators): string {
  const { roles, managedPolicies, resourcePolicies } = rights;
  const rowsOf = (of: string, policies: readonly Policy[]) => rowsAt(place, of, policies);
  const ofRoles = Array.from(roles.values(), ({ trust, policies }) => {
    // the CDK ends a logical id with eight digits of a hash
    const who = code(trust.name.replace(/[0-9A-F]{8}$/, ""));
    return [...rowsOf(who, [trust]), ...rowsOf(who, policies)];
  });
  const ofPeople = Array.from(managedPolicies, ([arn, policy]) =>
    rowsOf(`the policy ${nameOf(arn)}`, [policy]),
  );
  const ofResources = Array.from(resourcePolicies, ([arn, policy]) => rowsOf(placeOf(place, arn), [policy]));
  const rows = [...ofRoles, ...ofPeople, ...ofResources].flat();
  const table = markdownTable([["of", "who", "action", "resource", "condition"], ...rows], {
    alignDelimiters: false,
  });
  return Object.entries(place.others ?? {}).reduce((text, [from, to]) => text.replaceAll(from, to), table);
}

function rowsAt(place: Place, of: string, policies: readonly Policy[]): string[][] {
  return policies.flatMap(({ statements }) =>
    statements.map(({ effect, actions, resources, conditions, ...statement }) => [
      of,
      effect === "Deny" ? `${whoOf(place, statement, of)}, **denied**` : whoOf(place, statement, of),
      listed(actions.texts),
      resources ? listed(resources.texts.map((arn) => placeOf(place, arn))) : "itself",
      conditions
        .map(({ operator, key, values }) => `${operator} ${code(key)}: ${values.map(code).join(", ")}`)
        .join("<br>") || "-",
    ]),
  );
}

function whoOf({ account }: Place, { principals }: Pick<Statement, "principals">, of: string): string {
  if (principals === undefined) return of.startsWith("the policy") ? "who it is attached to" : "itself";
  return principals
    .map((principal) => {
      if (principal.kind === "everybody") return "everybody";
      if (principal.kind === "account")
        return `the account${principal.account === account ? "" : ` ${principal.account}`}, by its own policies`;
      return code(principal.kind === "service" ? principal.name : principal.arn);
    })
    .join(", ");
}

const nameOf = (arn: string) => code(arn.slice(arn.lastIndexOf("/") + 1));

/** An ARN without what is the same for all of them. */
function placeOf({ account, bucket }: Place, arn: string): string {
  if (arn === bucket) return "the bucket";
  if (arn.startsWith(`${bucket}/`)) return arn.slice(bucket.length + 1);
  return arn.replace(new RegExp(`^arn:aws:(\\w+):(${region})?:(${account})?:`), "");
}

const code = (text: string) => (/^the |^"?$/.test(text) ? text : `\`${text}\``);
const listed = (texts: readonly string[]) => [...new Set(texts)].map(code).join("<br>");
