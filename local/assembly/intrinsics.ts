import { createHash } from "node:crypto";
import * as z from "zod";
import { assemblyUnsupported } from "../../shared/errors.ts";
import { bucketType, type DeployedAs, pseudoParameters, resourceNames } from "./names.ts";
import { parameterValues } from "./parameters.ts";
import type { Template } from "./template.ts";

const getAttArguments = z.tuple([z.string(), z.string()]);
const joinArguments = z.tuple([z.string(), z.unknown()]);
const subArguments = z.tuple([z.string(), z.record(z.string(), z.unknown())]);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Replaces CloudFormation's intrinsic functions by what they stand for on this machine. */
export class Intrinsics {
  readonly #template: Template;
  readonly #as: DeployedAs;
  readonly #parameters: ReadonlyMap<string, string>;

  /** @throws ConfigInvalid naming a parameter without a value, or with one that it does not take */
  constructor(template: Template, as: DeployedAs) {
    this.#template = template;
    this.#as = as;
    this.#parameters = parameterValues(template, as.parameters);
  }

  /** Whose everything is that the template deploys. */
  get account(): string {
    return this.#as.account;
  }

  /**
   * @param at logical id and property where the value stands
   * @throws AssemblyUnsupported naming that place and what cannot be resolved
   */
  resolve(value: unknown, at: string): unknown {
    if (Array.isArray(value)) return value.map((item, i) => this.resolve(item, `${at}[${i}]`));
    if (!isRecord(value)) return value;
    const entries = Object.entries(value);
    const [first] = entries;
    if (first && entries.length === 1 && /^(Ref|Condition|Fn::.+)$/.test(first[0])) {
      return this.#apply(first[0], first[1], at);
    }
    return Object.fromEntries(entries.map(([key, item]) => [key, this.resolve(item, `${at}.${key}`)]));
  }

  /** The name that the resource has locally. */
  nameOf(logicalId: string, at: string): string {
    const { resource, names } = this.#find(logicalId, at);
    const isBucket = resource.Type === bucketType;
    if (isBucket && this.#as.bucket !== undefined) return this.#as.bucket;
    const given = names.nameProperty && resource.Properties[names.nameProperty];
    if (given !== undefined) return this.#text(given, `${logicalId}.${names.nameProperty}`);
    const { account, stack } = this.#as;
    // the CDK ends a logical id with eight digits of a hash, which say nothing to a reader
    const madeUp = `${stack}-${logicalId.replace(/[0-9A-F]{8}$/, "")}`.toLowerCase();
    return isBucket ? uniqueBucketName(madeUp, [account, stack, logicalId]) : madeUp;
  }

  /** What Fn::GetAtt gives. */
  attribute(target: string, attribute: string, at: string): string {
    const { resource, names } = this.#find(target, at);
    const value = names.attributes.get(attribute);
    if (value) return value(this.nameOf(target, at), this.#as.account);
    throw assemblyUnsupported(`${at}: the local run knows no ${attribute} of ${target} (${resource.Type})`);
  }

  #apply(name: string, argument: unknown, at: string): string {
    switch (name) {
      case "Ref":
        return this.#ref(this.#argument(z.string(), argument, name, at), at);
      case "Fn::GetAtt":
        return this.attribute(...this.#argument(getAttArguments, argument, name, at), at);
      case "Fn::Join": {
        const [separator, parts] = this.#argument(joinArguments, argument, name, at);
        const resolved = this.#argument(z.array(z.string()), this.resolve(parts, at), name, at);
        return resolved.join(separator);
      }
      case "Fn::Sub": {
        const withVariables = typeof argument === "string" ? [argument, {}] : argument;
        return this.#substitute(...this.#argument(subArguments, withVariables, name, at), at);
      }
      default:
        throw assemblyUnsupported(`${at}: the local run cannot resolve ${name}`);
    }
  }

  #ref(target: string, at: string): string {
    const value = pseudoParameters(this.#as).get(target) ?? this.#parameters.get(target);
    if (value !== undefined) return value;
    return this.#find(target, at).names.ref(this.nameOf(target, at), this.#as.account);
  }

  /** ${Name} is a variable, a Ref or, with a dot, a GetAtt; ${!Name} stays, without its "!". */
  #substitute(text: string, variables: Record<string, unknown>, at: string): string {
    return text.replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (Object.hasOwn(variables, name)) return this.#text(variables[name], at);
      const [target = name, ...attribute] = name.split(".");
      return attribute.length > 0 ? this.attribute(target, attribute.join("."), at) : this.#ref(target, at);
    });
  }

  #find(logicalId: string, at: string) {
    const { Parameters, Resources } = this.#template;
    const parameter = Parameters[logicalId];
    if (parameter)
      throw assemblyUnsupported(`${at}: the local run has no value for ${logicalId} (${parameter.Type})`);
    const resource = Resources[logicalId];
    if (!resource) throw assemblyUnsupported(`${at}: refers to ${logicalId}, which is no resource`);
    const names = resourceNames.get(resource.Type);
    if (!names) {
      throw assemblyUnsupported(`${at}: the local run has no stand-in for ${logicalId} (${resource.Type})`);
    }
    return { resource, names };
  }

  #text(value: unknown, at: string): string {
    const resolved = this.resolve(value, at);
    if (typeof resolved === "string") return resolved;
    throw assemblyUnsupported(`${at}: not a text but ${JSON.stringify(resolved)}`);
  }

  #argument<T>(schema: z.ZodType<T>, argument: unknown, name: string, at: string): T {
    const parsed = schema.safeParse(argument);
    if (parsed.success) return parsed.data;
    throw assemblyUnsupported(`${at}: ${name} of ${JSON.stringify(argument)} is not understood`);
  }
}

/** Buckets of all accounts share one namespace, in names of 63 characters. */
function uniqueBucketName(madeUp: string, of: readonly string[]): string {
  const digest = createHash("sha256").update(of.join("/")).digest("hex");
  return `${madeUp.slice(0, 50)}-${digest.slice(0, 12)}`;
}
