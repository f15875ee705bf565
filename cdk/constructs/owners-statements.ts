import { AccountPrincipal, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { ArnFormat, Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { reachOfAccounts } from "../../shared/layout.ts";
import type { FederationsAccount } from "../../shared/owners/accounts-file.ts";
import { invokerRoleOf } from "../../shared/owners/stack-names.ts";
import { creationStatement, objectStatement, type StoredObjects } from "./object-statements.ts";

type Accounts = readonly FederationsAccount[];

/** By federation, in their order. */
function byFederation(accounts: Accounts): [federation: string, accounts: Accounts][] {
  const names = [...new Set(accounts.map(({ federation }) => federation))];
  return names.map((name) => [name, accounts.filter(({ federation }) => federation === name)]);
}

const principalsOf = (accounts: Accounts) => accounts.map(({ account }) => new AccountPrincipal(account));

/** The number of whichever account asks, in IAM's words. */
const theirOwn = `\${aws:PrincipalAccount}`;

/**
 * Of the bucket's policy, what owners in accounts of their own may do with it, as far as the policies there let their functions
 * too: read what is of their federation's runs and all of its members read, and write where nothing is below their own
 * account's number. A policy variable says whose that is, since of tags an owner sets its own.
 */
export function ownersStatements(store: StoredObjects, accounts: Accounts): PolicyStatement[] {
  return byFederation(accounts).flatMap(([federation, members]) => {
    const { reads, agreements, creates } = reachOfAccounts(federation);
    const granted = [
      objectStatement(store, "s3:GetObject", [...reads, ...agreements]),
      creationStatement(store, creates(theirOwn)),
    ];
    for (const statement of granted) statement.addPrincipals(...principalsOf(members));
    return granted;
  });
}

/**
 * Of the key's policy: owners' functions read and write what it encrypts, by way of S3. The policy cannot name the bucket,
 * which names the key; what the bucket lets them read and write is all that they can use it for.
 */
export function ownersKeyStatement(scope: Construct, accounts: Accounts): PolicyStatement {
  const different = [...new Set(accounts.map(({ account }) => account))];
  return new PolicyStatement({
    principals: different.map((account) => new AccountPrincipal(account)),
    actions: ["kms:Decrypt", "kms:GenerateDataKey"],
    resources: ["*"],
    conditions: { StringEquals: { "kms:ViaService": `s3.${Stack.of(scope).region}.amazonaws.com` } },
  });
}

/** Lets the state machine assume the one role of each owner's stack that may invoke the function there. */
export function invokersStatement(scope: Construct, accounts: Accounts): PolicyStatement {
  const { partition, region } = Stack.of(scope);
  const arns = accounts.map(({ account, stack }) =>
    Stack.of(scope).formatArn({
      ...{ partition, service: "iam", region: "", account, resource: "role" },
      resourceName: invokerRoleOf(stack, region),
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    }),
  );
  return new PolicyStatement({ actions: ["sts:AssumeRole"], resources: [...new Set(arns)] });
}
