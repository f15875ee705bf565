import type { LocalFunction } from "../assembly/assembly.ts";
import { region } from "../assembly/names.ts";
import { accountOfArn } from "../iam/arn.ts";
import { ServiceError } from "./service-error.ts";

/** A name, ACCOUNT:function:NAME or a full ARN, each with or without a qualifier: what FunctionName may be. */
const pattern =
  /^(?:(?<arn>arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:)|(?:(?<account>\d{12}):)?(?:function:)?)?(?<name>[A-Za-z0-9-_]+)(?::(?<qualifier>\$LATEST|[A-Za-z0-9-_]+))?$/;

/**
 * The ARN of what a request names, whether there is such a function or not.
 * @param caller account of who asks: a name alone is that of one of its functions
 */
export function functionArn(caller: string, reference: string, qualifierParameter?: string): string {
  const { arn, account = caller, name, qualifier = qualifierParameter } = parse(reference);
  const whole = `${arn ?? `arn:aws:lambda:${region}:${account}:function:`}${name}`;
  return qualifier === undefined ? whole : `${whole}:${qualifier}`;
}

export function resolveFunction(
  functions: readonly LocalFunction[],
  caller: string,
  reference: string,
  qualifierParameter?: string,
): LocalFunction {
  const { arn, name, qualifier = qualifierParameter, ...parsed } = parse(reference);
  const account = parsed.account ?? (arn && accountOfArn(arn)) ?? caller;
  if (qualifier !== undefined && qualifier !== "$LATEST") {
    throw new ServiceError(
      404,
      "ResourceNotFoundException",
      `Function not found: ${reference}: there are no versions or aliases here, so leave "${qualifier}" out`,
    );
  }
  const there = functions.filter((fn) => accountOfArn(fn.arn) === account);
  const found = there.find((fn) => fn.name === name && (arn === undefined || fn.arn === arn + name));
  if (found === undefined) {
    const known = there.map((fn) => fn.name).join(", ") || "none";
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
