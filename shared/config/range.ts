import type * as z from "zod";

/** "an integer from 1 to 100", "one of kernel, tfjs": what a field takes, from its schema. */
export function describeRange(json: z.core.JSONSchema._JSONSchema): string | undefined {
  if (typeof json === "boolean") return undefined;
  if (json.const !== undefined) return String(json.const);
  if (json.oneOf) return describeOptions(json.oneOf);
  if (json.anyOf) return json.anyOf.map((option) => describeRange(option) ?? "?").join(" or ");
  if (Array.isArray(json.type)) {
    return json.type.map((type) => describeRange({ type }) ?? "?").join(" or ");
  }
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
    const bounds = Object.entries({
      "at least": json.minimum,
      above: json.exclusiveMinimum,
      "at most": json.maximum,
      below: json.exclusiveMaximum,
    }).flatMap(([how, bound]) => (bound === undefined ? [] : [`${how} ${bound}`]));
    return [kind, ...(bounds.length > 0 ? [bounds.join(" and ")] : [])].join(" ");
  }
  if (json.type === "boolean") return "true or false";
  if (json.type === "null") return "null";
  if (json.type === "string") return "a string";
  return json.type === "object"
    ? `an object with ${Object.keys(json.properties ?? {}).join(", ")}`
    : undefined;
}

/** "an object with kind, one of iid, shard, and the fields of it": the discriminator is what every option fixes. */
function describeOptions(options: readonly z.core.JSONSchema._JSONSchema[]): string {
  const fixed = (option: z.core.JSONSchema._JSONSchema) =>
    Object.entries(typeof option === "boolean" ? {} : (option.properties ?? {})).flatMap(([key, field]) =>
      typeof field === "boolean" || field.const === undefined ? [] : [{ key, value: String(field.const) }],
    );
  const all = options.flatMap(fixed);
  const values = [...new Set(all.map(({ value }) => value))].join(", ");
  return `an object with ${all[0]?.key ?? "nothing"}, one of ${values}, and the fields of that`;
}
