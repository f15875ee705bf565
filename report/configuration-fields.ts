import type * as z from "zod";

type Schema = z.core.JSONSchema.JSONSchema;

export interface Field {
  readonly path: string;
  readonly schema: Schema;
}

/** A section whose fields depend on the value of one of them, its discriminator. */
export interface Section {
  readonly path: string;
  readonly discriminator: string;
  readonly options: readonly {
    readonly value: string;
    readonly meaning: string;
    /** All but the discriminator. */
    readonly fields: readonly Field[];
  }[];
}

/** Every field that holds no others; of a section with a discriminator, that one. */
export function fieldsOf(schema: Schema, path = ""): Field[] {
  const section = sectionAt(schema, path);
  if (section) {
    const { discriminator, options } = section;
    const values = options.map(({ value }) => value);
    const initial = optionsOf(schema)
      .map((option) => child(option, discriminator)?.default)
      .find((value) => value !== undefined);
    const meaning = `${schema.description} The fields below depend on it.`;
    return [
      {
        path: `${path}.${discriminator}`,
        schema: {
          enum: values,
          description: meaning,
          ...(initial !== undefined && { default: initial }),
        },
      },
    ];
  }
  if (schema.type !== "object") return [{ path, schema }];
  return children(schema, path).flatMap((field) => fieldsOf(field.schema, field.path));
}

/** Every section with a discriminator, wherever it stands; the path of one that is an item of a list ends with []. */
export function sectionsOf(schema: Schema, path = ""): Section[] {
  const { items } = schema;
  if (typeof items === "object" && !Array.isArray(items)) return sectionsOf(items, `${path}[]`);
  const section = sectionAt(schema, path);
  if (section) return [section];
  return children(schema, path).flatMap((field) => sectionsOf(field.schema, field.path));
}

function sectionAt(schema: Schema, path: string): Section | undefined {
  const options = optionsOf(schema);
  const discriminator = Object.keys(options[0]?.properties ?? {}).find((key) =>
    options.every((option) => child(option, key)?.const !== undefined),
  );
  if (discriminator === undefined) return undefined;
  return {
    path,
    discriminator,
    options: options.map((option) => ({
      value: String(child(option, discriminator)?.const),
      meaning: option.description ?? "",
      fields: children(option, path)
        .filter(({ schema }) => schema !== child(option, discriminator))
        .flatMap((field) => fieldsOf(field.schema, field.path)),
    })),
  };
}

function optionsOf(schema: Schema): Schema[] {
  return (schema.oneOf ?? []).filter((option): option is Schema => typeof option !== "boolean");
}

function child(schema: Schema, key: string): Schema | undefined {
  const field = schema.properties?.[key];
  return typeof field === "boolean" ? undefined : field;
}

function children(schema: Schema, path: string): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, field]) =>
    typeof field === "boolean" ? [] : [{ path: path === "" ? key : `${path}.${key}`, schema: field }],
  );
}
