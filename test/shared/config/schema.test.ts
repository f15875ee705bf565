import { describe, expect, it } from "vitest";
import * as z from "zod";
import { presets } from "../../../shared/config/presets.ts";
import { describeRange } from "../../../shared/config/range.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { configSchema } from "../../../shared/config/schema.ts";

type Json = z.core.JSONSchema.JSONSchema;

/** Every field of the schema that holds no fields itself, by its path; of a kind's fields, once for each kind. */
function leaves(schema: Json, path: string[] = []): [string, Json, string[]][] {
  if (schema.oneOf) {
    return schema.oneOf.flatMap((option): [string, Json, string[]][] => {
      const [decider, field] = Object.entries((option as Json).properties ?? {})[0] ?? [];
      const set = `${[...path, decider].join(".")}=${(field as Json).const}`;
      return leaves(option as Json, path).map(([name, leaf]) => [name, leaf, [set]]);
    });
  }
  return Object.entries(schema.properties ?? {}).flatMap(([key, field]): [string, Json, string[]][] => {
    if (typeof field === "boolean") throw new Error(`${key} takes anything`);
    const own = [...path, key];
    return field.properties || field.oneOf ? leaves(field, own) : [[own.join("."), field, []]];
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
    expect(names.filter((name) => name === "partition.kind")).toHaveLength(7);
  });

  it.each(fields)("describes %s in a sentence and gives it a default: %#", (path, field, set) => {
    expect(field.description).toMatch(/^\S.{10,}\.$/);
    // a kind that is chosen by name has no default of its own
    const initial = set.includes(`${path}=${field.const}`) ? field.const : field.default;
    // or the description says what it means to leave it out
    expect(initial !== undefined || /left out/.test(field.description ?? "")).toBe(true);
    const value = path
      .split(".")
      .reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], resolveConfig({ set }));
    expect(value).toEqual(initial);
  });

  it.each(fields)("says of %s what it takes, by bounds that there are: %#", (_, field) => {
    const takes = describeRange(field);
    expect(takes).toMatch(/\w/);
    expect(takes).not.toMatch(/undefined|NaN|\?/);
  });

  it.each(Object.keys(presets))("accepts the preset %s, which keeps its name", (preset) => {
    expect(resolveConfig({ preset }).preset).toBe(preset);
    expect(presets[preset]?.summary).toMatch(/\w/);
  });
});
