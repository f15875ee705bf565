import { createHash } from "node:crypto";

const forbidden = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;

/** What is wrong with an execution's name, or undefined. */
export function nameProblem(name: string): string | undefined {
  if (name.length < 1 || name.length > 80) return `has ${name.length} characters instead of 1 to 80`;
  const character = forbidden.exec(name)?.[0];
  return character === undefined ? undefined : `holds ${JSON.stringify(character)}`;
}

/** arn:aws:states:REGION:ACCOUNT:stateMachine:MACHINE, made into the execution's. */
export const executionArn = (stateMachineArn: string, name: string): string =>
  `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;

/** The execution's own name, in which no colon can be. */
export const executionNameOf = (executionArn: string): string =>
  executionArn.slice(executionArn.lastIndexOf(":") + 1);

export const stateMachineArnOf = (executionArn: string): string =>
  executionArn.slice(0, executionArn.lastIndexOf(":")).replace(":execution:", ":stateMachine:");

/** A file name for any execution: names may be longer, and hold more, than a file system takes. */
export const fileNameOf = (name: string): string =>
  /^[\w-]+$/.test(name) ? name : `sha256-${createHash("sha256").update(name).digest("hex")}`;
