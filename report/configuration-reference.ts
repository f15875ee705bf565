import * as z from "zod";
import { presets } from "../shared/config/presets.ts";
import { describeRange } from "../shared/config/range.ts";
import { configSchema } from "../shared/config/schema.ts";
import { type Field, fieldsOf, type Section, sectionsOf } from "./configuration-fields.ts";

/** docs/configuration.md: every field and every preset, from the schema that reads them. */
export function configurationReference(): string {
  const schema = z.toJSONSchema(configSchema, { io: "input" });
  return [
    "# Configuration",
    "",
    "Written by `npm run docs` from the schema; a test compares the two.",
    "",
    "A run takes its configuration from the defaults, then the preset (`--preset`), then a JSON file (`--config`),",
    "then single assignments (`--set path=value`, values as JSON). The resolved configuration is stored with the run.",
    "",
    ...fieldTable(fieldsOf(schema)),
    ...sectionsOf(schema).flatMap(sectionReference),
    "",
    "## Presets",
    ...Object.entries(presets).flatMap(([name, { summary, config, onSample }]) => [
      "",
      `### ${name}`,
      "",
      `${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
      "",
      "```json",
      JSON.stringify(config, null, 2),
      "```",
      ...(onSample
        ? [
            "",
            `On the sample that stands in for MNIST where no mirror can be reached: ${onSample.why}.`,
            "",
            "```json",
            JSON.stringify(onSample.config, null, 2),
            "```",
          ]
        : []),
    ]),
    "",
  ].join("\n");
}

/** The fields of each value that a section's discriminator takes. */
function sectionReference({ path, discriminator, options }: Section): string[] {
  const decides = `\`${path}.${discriminator}\``;
  return [
    "",
    `## Fields of each ${decides}`,
    "",
    ...(path.endsWith("[]") ? ofLists : chosen(decides)),
    ...options.flatMap(({ value, meaning, fields }) => [
      "",
      `### ${value}`,
      "",
      meaning,
      ...(fields.length > 0 ? ["", ...fieldTable(fields)] : []),
    ]),
  ];
}

/** A field without a default has to be given. */
const initial = (value: unknown) => (value === undefined ? "none" : `\`${JSON.stringify(value)}\``);

const chosen = (decides: string) => [
  `Where a later source chooses another ${decides}, what earlier ones said about the old one is dropped; a field that`,
  "the chosen one does not have is refused in the same source and in later ones.",
];

const ofLists = ["A list is one value: a later source that has it takes the place of an earlier one's."];

function fieldTable(fields: readonly Field[]): string[] {
  return [
    "| field | takes | default | meaning |",
    "| --- | --- | --- | --- |",
    ...fields.map(
      ({ path, schema }) =>
        `| \`${path}\` | ${describeRange(schema) ?? ""} | ${initial(schema.default)} | ` +
        `${schema.description ?? ""} |`,
    ),
  ];
}
