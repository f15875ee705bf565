import * as z from "zod";
import { ApiError } from "../endpoint/api-error.ts";
import type { Service } from "../endpoint/endpoint.ts";
import { type JsonAccess, jsonApi } from "../endpoint/json-api.ts";
import { checkAskedName, checkNewName, parameterArn } from "./parameter-name.ts";
import { type Parameter, ParameterStore } from "./parameter-store.ts";

export interface SsmOptions extends JsonAccess {
  /** Keeps the parameters: those of each account apart. */
  readonly home: string;
}

export interface LocalSsm {
  readonly handle: Service;
  close(): Promise<void>;
}

/** Of the standard tier, bytes. */
const longestValue = 4096;

/** The parameter that a request is about, whatever else it asks. */
const ofParameter = z.looseObject({ Name: z.string().min(1).max(2048) });

/** Policies may tell a new value from a first one. */
const overwriting = z.looseObject({ Overwrite: z.boolean().default(false) });

/** Whatever would change what a parameter is, beside what is kept here, is refused by name. */
const putting = z.strictObject({
  ...ofParameter.shape,
  Value: z.string().min(1),
  Type: z.enum(["String", "SecureString"]).optional(),
  ...overwriting.shape,
  Tier: z.literal("Standard").optional(),
  /** AWS's own, which takes no rights. */
  KeyId: z.literal("alias/aws/ssm").optional(),
  DataType: z.literal("text").optional(),
  /** Told by what lists parameters, which has no stand-in. */
  Description: z.string().max(1024).optional(),
});
const getting = z.strictObject({ ...ofParameter.shape, WithDecryption: z.boolean().default(false) });

/**
 * The Parameter Store of Systems Manager on this machine: parameters of the standard tier, of the types String and
 * SecureString, by PutParameter and GetParameter. A SecureString lies in a file of this user's, and is not encrypted.
 */
export async function openSsm({ home, ...access }: SsmOptions): Promise<LocalSsm> {
  const store = new ParameterStore(home);
  const api = jsonApi(
    {
      name: "ssm",
      target: "AmazonSSM",
      version: "1.1",
      operations: {
        PutParameter: (request, account) => put(store, account, request),
        GetParameter: (request, account) => get(store, account, request),
      },
      permissionOf: (operation, request, account) => ({
        action: `ssm:${operation}`,
        resource: parameterArn(account, ofParameter.parse(request).Name),
        ...(operation === "PutParameter" && {
          context: { "ssm:Overwrite": String(overwriting.parse(request).Overwrite) },
        }),
      }),
    },
    access,
  );
  await api.ready();
  return { handle: api.routing, close: () => api.close() };
}

function put(store: ParameterStore, account: string, request: unknown): object {
  const { Name: name, Value: value, Type, Overwrite } = putting.parse(request);
  checkNewName(name);
  if (Buffer.byteLength(value) > longestValue) {
    throw invalid(
      `Standard tier parameters support a maximum parameter value of ${longestValue} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.`,
    );
  }
  const before = store.get(account, name);
  if (before !== undefined && !Overwrite) {
    throw new ApiError(
      "ParameterAlreadyExists",
      "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    );
  }
  const type = Type ?? before?.type;
  if (type === undefined) throw invalid("A parameter type is required when you create a parameter.");
  if (before !== undefined && before.type !== type) {
    throw new ApiError(
      "HierarchyTypeMismatchException",
      `The parameter is of type ${before.type}, and cannot become one of type ${type}.`,
    );
  }
  const parameter = { name, type, value };
  const made = before ? store.replace(account, parameter, before) : store.create(account, parameter);
  // another process was first
  if (made === undefined) return put(store, account, request);
  return { Tier: "Standard", Version: made.version };
}

function get(store: ParameterStore, account: string, request: unknown): object {
  const { Name: name, WithDecryption } = getting.parse(request);
  checkAskedName(name);
  const found = store.get(account, name);
  if (found === undefined) throw new ApiError("ParameterNotFound", `Parameter ${name} not found.`);
  return { Parameter: described(found, account, WithDecryption) };
}

function described(
  { name, type, value, opaque, version, modified }: Parameter,
  account: string,
  plain: boolean,
) {
  return {
    Name: name,
    Type: type,
    Value: plain || type === "String" ? value : opaque,
    Version: version,
    LastModifiedDate: modified,
    ARN: parameterArn(account, name),
    DataType: "text",
  };
}

const invalid = (message: string) => new ApiError("ValidationException", message);
