import { describe, expect, it } from "vitest";
import * as z from "zod";
import { presets } from "../../../shared/config/presets.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { configSchema } from "../../../shared/config/schema.ts";

type Json = z.core.JSONSchema.JSONSchema;

/** Every field of the schema that holds no fields itself, by its path. */
function leaves(schema: Json, path: string[] = []): [string, Json][] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, field]): [string, Json][] => {
    if (typeof field === "boolean") throw new Error(`${key} takes anything`);
    const own = [...path, key];
    return field.properties ? leaves(field, own) : [[own.join("."), field]];
  });
}

const fields = leaves(z.toJSONSchema(configSchema, { io: "input" }));

describe("the schema", () => {
  it("has all the groups' fields among its leaves", () => {
    const names = fields.map(([path]) => path);
    expect(names).toEqual(
      expect.arrayContaining(["seed", "dataset.limit", "model.hidden", "baseline.epochs"]),
    );
    expect(names.length).toBeGreaterThanOrEqual(19);
  });

  it.each(fields)("describes %s in a sentence and gives it a default", (path, field) => {
    expect(field.description).toMatch(/^\S.{10,}\.$/);
    expect(field).toHaveProperty("default");
    const value = path
      .split(".")
      .reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], resolveConfig({}));
    expect(value).toEqual(field.default);
  });

  it.each(Object.keys(presets))("accepts the preset %s, which keeps its name", (preset) => {
    expect(resolveConfig({ preset }).preset).toBe(preset);
    expect(presets[preset]?.summary).toMatch(/\w/);
  });
});
