import * as z from "zod";

/** A section whose fields depend on the value of one of them: a partition's on its kind. */
export interface Discriminated {
  readonly discriminator: string;
  /** The fields of each value. */
  readonly options: ReadonlyMap<string, z.ZodObject>;
  /** The value that stands where none is given. */
  readonly initial: string | undefined;
}

/** What a section is below its defaults. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault ? unwrap(schema.unwrap()) : schema;
}

export function discriminated(schema: z.core.$ZodType): Discriminated | undefined {
  const union = unwrap(schema);
  if (!(union instanceof z.ZodDiscriminatedUnion)) return undefined;
  const { discriminator } = union.def;
  const options = new Map<string, z.ZodObject>();
  let initial: string | undefined;
  for (const option of union.options) {
    if (!(option instanceof z.ZodObject)) continue;
    const values = [...(option.shape[discriminator]?._zod.values ?? [])];
    for (const value of values) if (typeof value === "string") options.set(value, option);
    const value = values.find((candidate) => typeof candidate === "string");
    if (values.includes(undefined) && typeof value === "string") initial = value;
  }
  return { discriminator, options, initial };
}

/** The option that a value of the section means, by its discriminator; undefined where it names none. */
export function optionFor(section: Discriminated, value: unknown): string | undefined {
  const named = isRecord(value) && Object.hasOwn(value, section.discriminator);
  const name = named ? value[section.discriminator] : section.initial;
  return typeof name === "string" && section.options.has(name) ? name : undefined;
}

/** The schemas of a section's fields, as the value chooses them. */
export function shapeFor(schema: z.core.$ZodType, value: unknown): z.core.$ZodShape {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) return inner.shape;
  const section = discriminated(inner);
  const option = section && optionFor(section, value);
  return (option && section.options.get(option)?.shape) || {};
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
