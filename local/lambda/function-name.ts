import type { LocalFunction } from "../assembly/assembly.ts";
import { account as ownAccount, region } from "../assembly/names.ts";
import { ServiceError } from "./service-error.ts";

/** A name, ACCOUNT:function:NAME or a full ARN, each with or without a qualifier: what FunctionName may be. */
const pattern =
  /^(?:(?<arn>arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:)|(?:(?<account>\d{12}):)?(?:function:)?)?(?<name>[A-Za-z0-9-_]+)(?::(?<qualifier>\$LATEST|[A-Za-z0-9-_]+))?$/;

/** The ARN of what a request names, whether there is such a function or not. */
export function functionArn(reference: string, qualifierParameter?: string): string {
  const { arn, account = ownAccount, name, qualifier = qualifierParameter } = parse(reference);
  const whole = `${arn ?? `arn:aws:lambda:${region}:${account}:function:`}${name}`;
  return qualifier === undefined ? whole : `${whole}:${qualifier}`;
}

export function resolveFunction(
  functions: readonly LocalFunction[],
  reference: string,
  qualifierParameter?: string,
): LocalFunction {
  const { arn, account, name, qualifier = qualifierParameter } = parse(reference);
  if (qualifier !== undefined && qualifier !== "$LATEST") {
    throw new ServiceError(
      404,
      "ResourceNotFoundException",
      `Function not found: ${reference}: there are no versions or aliases here, so leave "${qualifier}" out`,
    );
  }
  const found = functions.find(
    (fn) =>
      fn.name === name &&
      (arn === undefined || fn.arn === arn + name) &&
      (account === undefined || fn.arn.split(":")[4] === account),
  );
  if (found === undefined) {
    const known = functions.map((fn) => fn.name).join(", ") || "none";
    throw new ServiceError(
      404,
      "ResourceNotFoundException",
      `Function not found: ${reference} (known functions: ${known})`,
    );
  }
  return found;
}

function parse(reference: string): Readonly<Record<string, string | undefined>> {
  const match = pattern.exec(reference);
  if (match?.groups) return match.groups;
  throw new ServiceError(
    400,
    "ValidationException",
    `1 validation error detected: Value '${reference}' at 'functionName' failed to satisfy constraint: ` +
      "Member must be a function's name, ACCOUNT:function:NAME or a function's ARN",
  );
}
