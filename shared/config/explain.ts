import * as z from "zod";
import { discriminated, optionFor, shapeFor, unwrap } from "./discriminated.ts";
import { describeRange } from "./range.ts";
import { configSchema } from "./schema.ts";

/** What a person writes by hand, and what it is called where a message means all of it. */
interface Document {
  readonly schema: z.core.$ZodType;
  readonly called: string;
}

const configuration: Document = { schema: configSchema, called: "the configuration" };

/** One line a problem: the field, what it got, what it takes and what it is for. */
export function explain(issue: z.core.$ZodIssue, input: unknown, document = configuration): string[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => unknownField(issue.path, key, input, document));
  const path = issue.path.join(".") || document.called;
  const description = descriptionAt(issue.path, input, document);
  const meaning = description ? ` (${description})` : "";
  const takes = taken(issue, input, document);
  const instead = meant(issue, input, document);
  const example = instead === undefined ? "" : `, such as ${path}=${instead}`;
  return [`${path}: got ${show(valueAt(input, issue.path))}; takes ${takes}${example}${meaning}`];
}

/** What was probably meant, as --set takes it: the choice of that name in other letters, or a list of the one value. */
function meant(issue: z.core.$ZodIssue, input: unknown, document: Document): string | undefined {
  const got = valueAt(input, issue.path);
  const schema = schemaAt(issue.path, input, document);
  if (schema && unwrap(schema) instanceof z.ZodArray && z.safeParse(schema, [got]).success)
    return show([got]);
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  return typeof got === "string"
    ? choicesAt(issue, input, document).find((choice) => plain(choice) === plain(got))
    : undefined;
}

/** Where the fields depend on a kind, those of the kind that was chosen, and the kinds that do take this one. */
function unknownField(path: readonly PropertyKey[], key: string, input: unknown, document: Document): string {
  const field = [...path, key].join(".");
  const place = path.length === 0 ? document.called : path.join(".");
  const schema = schemaAt(path, input, document) ?? document.schema;
  const value = valueAt(input, path);
  const takes = Object.keys(shapeFor(schema, value)).join(", ");
  const section = discriminated(schema);
  if (!section) return `${field}: no such field; ${place} takes ${takes}`;
  const owners = [...section.options]
    .filter(([, { shape }]) => Object.hasOwn(shape, key))
    .map(([name]) => name);
  const elsewhere = owners.length > 0 ? ` (${key} is a field of ${owners.join(", ")})` : "";
  const chosen = `${place} of ${section.discriminator} ${optionFor(section, value)}`;
  return `${field}: no such field; ${chosen} takes ${takes}${elsewhere}`;
}

/** Of the field, or of the list that it is an item of, or of the section that it decides on. */
function descriptionAt(path: readonly PropertyKey[], input: unknown, document: Document): string | undefined {
  const field = typeof path.at(-1) === "number" ? path.slice(0, -1) : path;
  const section = schemaAt(field.slice(0, -1), input, document);
  const decides = section && discriminated(section)?.discriminator === field.at(-1);
  const schema = decides ? section : schemaAt(field, input, document);
  return schema && describe(schema);
}

/** A section with a default carries its description below it. */
function describe(schema: z.core.$ZodType): string | undefined {
  return (z.globalRegistry.get(schema) ?? z.globalRegistry.get(unwrap(schema)))?.description;
}

function taken(issue: z.core.$ZodIssue, input: unknown, document: Document): string {
  const kinds = kindsAt(issue, input, document);
  const schema = kinds ? z.enum(kinds) : schemaAt(issue.path, input, document);
  const json = schema ? z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) : {};
  return describeRange(json) ?? issue.message;
}

/** The values of the field that decides on its section, where the problem is that field. */
function kindsAt(issue: z.core.$ZodIssue, input: unknown, document: Document): string[] | undefined {
  if (issue.code !== "invalid_union") return undefined;
  const section = schemaAt(issue.path.slice(0, -1), input, document);
  const options = section && discriminated(section)?.options;
  return options && [...options.keys()];
}

function choicesAt(issue: z.core.$ZodIssue, input: unknown, document: Document): readonly string[] {
  if (issue.code !== "invalid_value") return kindsAt(issue, input, document) ?? [];
  return issue.values.filter((value) => typeof value === "string");
}

function schemaAt(
  path: readonly PropertyKey[],
  input: unknown,
  document: Document,
): z.core.$ZodType | undefined {
  let schema: z.core.$ZodType | undefined = document.schema;
  path.forEach((key, depth) => {
    const inner = schema && unwrap(schema);
    if (inner instanceof z.ZodArray) schema = inner.element;
    else schema = inner && shapeFor(inner, valueAt(input, path.slice(0, depth)))[String(key)];
  });
  return schema;
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
