import * as z from "zod";
import { configSchema } from "./schema.ts";

/** One line a problem: the field, what it got, what it takes and what it is for. */
export function explain(issue: z.core.$ZodIssue, input: unknown): string[] {
  if (issue.code === "unrecognized_keys") {
    const place = issue.path.length === 0 ? "the configuration" : issue.path.join(".");
    const fields = fieldsAt(issue.path);
    return issue.keys.map(
      (key) => `${[...issue.path, key].join(".")}: no such field; ${place} takes ${fields.join(", ")}`,
    );
  }
  const path = issue.path.join(".") || "the configuration";
  const schema = schemaAt(issue.path);
  const description = descriptionAt(issue.path);
  const meaning = description ? ` (${description})` : "";
  return [`${path}: got ${show(valueAt(input, issue.path))}; takes ${taken(issue, schema)}${meaning}`];
}

/** Of the field, or of the list that it is an item of. */
function descriptionAt(path: readonly PropertyKey[]): string | undefined {
  const field = typeof path.at(-1) === "number" ? path.slice(0, -1) : path;
  const schema = schemaAt(field);
  return schema && z.globalRegistry.get(schema)?.description;
}

function taken(issue: z.core.$ZodIssue, schema: z.core.$ZodType | undefined): string {
  const json = schema ? z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) : {};
  return describeRange(json) ?? issue.message;
}

/** "an integer from 1 to 100", "one of kernel, tfjs": what a field takes, from its schema. */
export function describeRange(json: z.core.JSONSchema._JSONSchema): string | undefined {
  if (typeof json === "boolean") return undefined;
  if (json.anyOf) return json.anyOf.map((option) => describeRange(option) ?? "?").join(" or ");
  if (json.enum) return `${json.enum.length > 1 ? "one of " : ""}${json.enum.join(", ")}`;
  if (json.type === "array") {
    const items = json.items && !Array.isArray(json.items) ? describeRange(json.items) : undefined;
    const most = json.maxItems === undefined ? "" : `at most ${json.maxItems}, `;
    return `a list (${most}each ${items ?? "anything"})`;
  }
  if (json.type === "number" || json.type === "integer") {
    const kind = json.type === "integer" ? "an integer" : "a number";
    if (json.minimum !== undefined && json.maximum !== undefined) {
      return `${kind} from ${json.minimum} to ${json.maximum}`;
    }
    const low = json.minimum !== undefined ? `at least ${json.minimum}` : `above ${json.exclusiveMinimum}`;
    const high = json.maximum !== undefined ? `at most ${json.maximum}` : `below ${json.exclusiveMaximum}`;
    return `${kind} ${low} and ${high}`;
  }
  if (json.type === "boolean") return "true or false";
  if (json.type === "null") return "null";
  if (json.type === "string") return "a string";
  return json.type === "object"
    ? `an object with ${Object.keys(json.properties ?? {}).join(", ")}`
    : undefined;
}

function schemaAt(path: readonly PropertyKey[]): z.core.$ZodType | undefined {
  let schema: z.core.$ZodType | undefined = configSchema;
  for (const key of path) {
    const inner: z.core.$ZodType | undefined = schema && unwrap(schema);
    if (inner instanceof z.ZodObject) schema = inner.shape[String(key)];
    else if (inner instanceof z.ZodArray) schema = inner.element;
    else return undefined;
  }
  return schema;
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault ? unwrap(schema.unwrap()) : schema;
}

function fieldsAt(path: readonly PropertyKey[]): string[] {
  const schema = schemaAt(path);
  const inner = schema && unwrap(schema);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (node, key) =>
      typeof node === "object" && node !== null ? (node as Record<PropertyKey, unknown>)[key] : undefined,
    input,
  );
}

export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  // JSON has no infinity and would show null
  return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
}
