import { region } from "../assembly/names.ts";
import { ApiError } from "../endpoint/api-error.ts";

const characters = "[a-zA-Z0-9_.-]+";
const plain = new RegExp(`^${characters}$`);
const hierarchy = new RegExp(`^(?:/${characters})+$`);

/** Of a name's characters and levels. */
const longest = 1011;
const mostLevels = 15;

const refuse = (message: string) => new ApiError("ValidationException", message);

/**
 * The rules of a parameter's name
 * (https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html). Spaces around a name
 * are refused, where AWS takes them off.
 * @throws ApiError
 */
export function checkNewName(name: string): void {
  if (name.length > longest) throw refuse(`Parameter name: must have at most ${longest} characters.`);
  if (/^\/aws.*\//i.test(name)) {
    throw new ApiError("AccessDeniedException", `No access to reserved parameter name: ${name}.`);
  }
  if (/^\/?(aws|ssm)/i.test(name)) {
    throw refuse('Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).');
  }
  if (name.includes("/") && !name.startsWith("/")) {
    throw refuse("Parameter name must be a fully qualified name.");
  }
  if (!plain.test(name) && !hierarchy.test(name)) {
    throw refuse(
      "Parameter name: may be a path of sub-paths divided by slashes, each of letters, digits and the symbols .-_",
    );
  }
  if (name.split("/").length - 1 > mostLevels) {
    throw new ApiError(
      "HierarchyLevelLimitExceededException",
      `A hierarchy can have a maximum of ${mostLevels} levels.`,
    );
  }
}

/** ARN of an account's parameter: a name that is no path gets the slash there. */
export const parameterArn = (account: string, name: string): string =>
  `arn:aws:ssm:${region}:${account}:parameter${name.startsWith("/") ? "" : "/"}${name}`;

/**
 * What asks for a parameter by more than its name is not taken: versions and labels are not kept here.
 * @throws ApiError
 */
export function checkAskedName(name: string): void {
  if (name.includes(":")) {
    throw refuse(
      `the local endpoint takes a parameter's name, without ARN, version or label, and not ${name}`,
    );
  }
}
