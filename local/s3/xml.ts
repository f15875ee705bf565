import { XMLParser } from "fast-xml-parser";
import type { z } from "zod";
import { S3Error } from "./errors.ts";

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

// Control characters too: a parser would turn a raw carriage return into a line feed, and the key into another.
const special = /[&<>"\p{Cc}\u2028\ufffe\uffff]/gu;

function escapeText(text: string): string {
  return text.replace(special, (char) => entities[char] ?? `&#x${char.charCodeAt(0).toString(16)};`);
}

/** An element that holds text, or nothing at all for an absent value. */
export function leaf(name: string, value: string | number | boolean | undefined): string {
  return value === undefined ? "" : `<${name}>${escapeText(String(value))}</${name}>`;
}

export function branch(name: string, ...children: readonly string[]): string {
  return `<${name}>${children.join("")}</${name}>`;
}

export function xmlDocument(name: string, ...children: readonly string[]): string {
  const body = children.join("");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${body}</${name}>`;
}

/** S3's error document has no namespace. */
export function errorDocument(
  code: string,
  message: string,
  details: Readonly<Record<string, string>>,
): string {
  const extra = Object.entries(details).map(([name, value]) => leaf(name, value));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${branch("Error", leaf("Code", code), leaf("Message", message), ...extra)}`;
}

/** Elements of these names may repeat, so one alone is a list as well. */
const repeated = new Set(["Part", "Object"]);

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  // a key may begin or end with blanks
  trimValues: false,
  processEntities: true,
  // with numeric references, by which the SDK sends control characters
  htmlEntities: true,
  isArray: (name) => repeated.has(name),
});

/** Reads a request's document; what the schema does not know is malformed, not ignored. */
export function readXml<T>(body: Buffer, schema: z.ZodType<T>): T {
  const malformed = (why: string) =>
    new S3Error("MalformedXML", `The XML you provided was not well-formed or of its schema: ${why}`);
  const text = body.toString("utf8");
  // own entities can grow without bound, and no S3 client sends them
  if (text.includes("<!")) throw malformed("declarations are not accepted");
  let parsed: unknown;
  try {
    parsed = parser.parse(text, true);
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : String(error));
  }
  const read = schema.safeParse(withoutBlanks(parsed));
  if (!read.success) throw malformed(read.error.issues[0]?.message ?? "unknown");
  return read.data;
}

/** Drops the line breaks between elements, which `trimValues: false` keeps as text beside them. */
function withoutBlanks(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutBlanks);
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([name, value]) => !(name === "#text" && String(value).trim() === ""))
      .map(([name, value]) => [name, withoutBlanks(value)]),
  );
}
