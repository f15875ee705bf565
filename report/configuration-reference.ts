import * as z from "zod";
import { describeRange } from "../shared/config/explain.ts";
import { presets } from "../shared/config/presets.ts";
import { configSchema } from "../shared/config/schema.ts";

type Schema = z.core.JSONSchema._JSONSchema;

interface Field {
  readonly path: string;
  readonly takes: string;
  readonly initial: string;
  readonly meaning: string;
}

/** docs/configuration.md: every field and every preset, from the schema that reads them. */
export function configurationReference(): string {
  const fields = fieldsOf(z.toJSONSchema(configSchema, { io: "input" }));
  return [
    "# Configuration",
    "",
    "Written by `npm run docs` from the schema; a test compares the two.",
    "",
    "A run takes its configuration from the defaults, then the preset (`--preset`), then a JSON file (`--config`),",
    "then single assignments (`--set path=value`, values as JSON). The resolved configuration is stored with the run.",
    "",
    "| field | takes | default | meaning |",
    "| --- | --- | --- | --- |",
    ...fields.map(
      ({ path, takes, initial, meaning }) => `| \`${path}\` | ${takes} | \`${initial}\` | ${meaning} |`,
    ),
    "",
    "## Presets",
    ...Object.entries(presets).flatMap(([name, { summary, config }]) => [
      "",
      `### ${name}`,
      "",
      `${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
      "",
      "```json",
      JSON.stringify(config, null, 2),
      "```",
    ]),
    "",
  ].join("\n");
}

function fieldsOf(schema: Schema, path = ""): Field[] {
  if (typeof schema === "boolean") return [];
  if (schema.type === "object") {
    return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) =>
      fieldsOf(inner, path === "" ? key : `${path}.${key}`),
    );
  }
  return [
    {
      path,
      takes: describeRange(schema) ?? "",
      initial: JSON.stringify(schema.default),
      meaning: schema.description ?? "",
    },
  ];
}
