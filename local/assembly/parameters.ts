import { assemblyUnsupported, configInvalid } from "../../shared/errors.ts";
import type { Parameter, Template } from "./template.ts";

/** Names of a template's parameters, and what each is deployed with. */
export type Parameters = Readonly<Record<string, string>>;

const textType = "String";

/**
 * What a template's parameters of type String stand for: what is given, or else their default. Those of other types have
 * no value here, such as the CDK's BootstrapVersion, which only the template's rules ask for: nothing is bootstrapped
 * here, and no rule is checked.
 * @throws ConfigInvalid naming the parameter that has no value, does not take the given one, or does not exist
 * @throws AssemblyUnsupported for a pattern that cannot be evaluated
 */
export function parameterValues(
  { Parameters: declared }: Pick<Template, "Parameters">,
  given: Parameters = {},
): ReadonlyMap<string, string> {
  const texts = Object.entries(declared).filter(([, { Type }]) => Type === textType);
  const stranger = Object.keys(given).find((name) => !texts.some(([one]) => one === name));
  if (stranger !== undefined) throw configInvalid(unknownParameter(stranger, declared, texts));
  const values = texts.map(([name, parameter]): [string, string] => {
    const value = Object.hasOwn(given, name) ? given[name] : parameter.Default;
    if (value === undefined) throw configInvalid(`the parameter ${name} has no default: give it a value`);
    const objection = objectionTo(value, name, parameter);
    if (objection === undefined) return [name, value];
    const { ConstraintDescription: described } = parameter;
    throw configInvalid(`the parameter ${name} cannot be "${value}": ${described ?? objection}`);
  });
  return new Map(values);
}

function unknownParameter(
  name: string,
  declared: Template["Parameters"],
  texts: readonly (readonly [string, unknown])[],
): string {
  const other = Object.hasOwn(declared, name) ? declared[name] : undefined;
  if (other)
    return `the parameter ${name} is of type ${other.Type}, and the local run takes ${textType} alone`;
  const known = texts.map(([one]) => one).join(", ");
  return `the template has no parameter ${name}${known && `; it has ${known}`}`;
}

function objectionTo(value: string, name: string, parameter: Parameter): string | undefined {
  const { AllowedPattern, AllowedValues, MinLength = 0, MaxLength = Number.POSITIVE_INFINITY } = parameter;
  if (AllowedPattern !== undefined && !wholly(AllowedPattern, name).test(value)) {
    return `it must match ${AllowedPattern}`;
  }
  if (AllowedValues && !AllowedValues.includes(value)) return `it must be one of ${AllowedValues.join(", ")}`;
  if (value.length < MinLength) return `it must have at least ${MinLength} characters`;
  if (value.length > MaxLength) return `it must have at most ${MaxLength} characters`;
  return undefined;
}

/**
 * A pattern has to match all of a value
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html).
 */
function wholly(pattern: string, name: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, "u");
  } catch (cause) {
    throw assemblyUnsupported(`Parameters.${name}.AllowedPattern: ${pattern} is not understood`, { cause });
  }
}
