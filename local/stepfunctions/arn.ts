import { ApiError } from "../endpoint/api-error.ts";

/** arn:PARTITION:states:REGION:ACCOUNT:TYPE:NAME, of an execution with its own name behind the machine's. */
const pattern =
  /^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:(?<type>[A-Za-z]+):(?<name>[^:]+)(?<rest>(?::[^:]+)*)$/;

/** Parts behind the machine's name: the version or alias of a machine, the name of an execution. */
const partsBehind = { stateMachine: [0, 1], execution: [1] } as const;

/** @throws InvalidArn, as the service does before it looks for anything */
export function checkArn(arn: string, expected: keyof typeof partsBehind): void {
  if (!arn.startsWith("arn:")) throw invalidArn(`Invalid ARN prefix: ${arn}`);
  const { type, rest = "" } = pattern.exec(arn)?.groups ?? {};
  if (type === undefined) throw invalidArn(`Invalid ARN: ${arn}`);
  if (type !== expected) throw invalidArn(`Resource type not valid in this context: ${type}`);
  const allowed: readonly number[] = partsBehind[expected];
  if (!allowed.includes(rest.split(":").length - 1)) throw invalidArn(`Invalid ARN: ${arn}`);
}

const invalidArn = (why: string) => new ApiError("InvalidArn", `Invalid Arn: '${why}'`);
