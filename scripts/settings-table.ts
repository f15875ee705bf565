import { markdownTable } from "markdown-table";
import * as z from "zod";
import { settingsSchema } from "../cdk/settings.ts";
import { functionNames } from "../functions/footprints.ts";

const described = z.object({ description: z.string(), takes: z.string() });
const [anyFunction] = functionNames;

/** Every setting of the stack as the schema has it; those that each function has are one row. */
export function settingsTable(): string {
  const defaults: Record<string, unknown> = settingsSchema.parse({});
  const rows = Object.entries(settingsSchema.shape).flatMap(([name, schema]) => {
    const [setting, of] = name.split(".");
    if (of !== undefined && of !== anyFunction) return [];
    const { description, takes } = described.parse(schema.meta());
    const standard = of === undefined ? shown(defaults[name]) : ofEach(`${setting}`, defaults);
    return [[`\`${setting}${of === undefined ? "" : ".FUNCTION"}\``, takes, standard, description]];
  });
  return markdownTable([["setting", "takes", "default", "meaning"], ...rows], {
    alignDelimiters: false,
    padding: true,
  });
}

const shown = (value: unknown) => (value === undefined ? "none" : `\`${value}\``);

function ofEach(setting: string, defaults: Record<string, unknown>): string {
  const values = functionNames.map((name) => [name, defaults[`${setting}.${name}`]] as const);
  if (values.every(([, value]) => value === undefined)) return "none";
  return values.map(([name, value]) => `${name} \`${value}\``).join(", ");
}
