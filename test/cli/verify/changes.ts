import { createHash } from "node:crypto";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../../../shared/tensors/safetensors.ts";

/** One thing in an object that was changed, and the object's bytes then. */
export interface Change {
  /** evaluated.confusion.0.2, or what else it is called. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Every change of one thing that an object of a run can undergo, each sealed again as by somebody who knows how. */
export function changesOf(key: string, bytes: Uint8Array): Change[] {
  // a digest within a header is mended with what it is of, and then nothing has changed
  return allChangesOf(key, bytes).filter((change) => Buffer.compare(change.bytes, bytes) !== 0);
}

function allChangesOf(key: string, bytes: Uint8Array): Change[] {
  if (key.endsWith(".safetensors")) return tensorChanges(bytes);
  if (key.endsWith(".json")) return jsonChanges(key, bytes);
  return byteChanges(bytes);
}

function jsonChanges(key: string, bytes: Uint8Array): Change[] {
  const record: unknown = JSON.parse(text(bytes));
  return fieldChanges(record).flatMap(({ path, value }) =>
    path === "seal" ? [] : [{ path, bytes: encoded(sealedAgain(key, value)) }],
  );
}

/** As storage/sealed-records has it; models' JSON carries no seal. */
function sealedAgain(key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("seal" in value)) return value;
  const { seal, ...content } = value;
  const digest = createHash("sha256")
    .update(`${key}\n${JSON.stringify(content)}`)
    .digest("hex");
  return { ...content, seal: digest };
}

/** The header's fields as they lie there, those of JSON within them too; and each tensor's first and last value. */
function tensorChanges(bytes: Uint8Array): Change[] {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const all = [...tensors.values()];
  const written = (some: readonly Tensor[], header: Record<string, string>) =>
    encodeSafetensors(some, header);
  const ofHeader = Object.entries(metadata).flatMap(([name, said]) =>
    textChanges(said).map(({ path, value }) => ({
      path: path === "" ? name : `${name}.${path}`,
      bytes: written(all, digested({ ...metadata, [name]: value })),
    })),
  );
  const ofTensors = all.flatMap((tensor, i) =>
    [0, tensor.data.length - 1].flatMap((at) => {
      if (tensor.data.length === 0) return [];
      const data = tensor.data.slice();
      data[at] = (data[at] ?? 0) + 1;
      return [
        { path: `${tensor.name}.${at}`, bytes: written(all.with(i, { ...tensor, data }), { ...metadata }) },
      ];
    }),
  );
  return [...ofHeader, ...ofTensors];
}

/** A header's text, or what JSON it holds. */
function textChanges(said: string): { path: string; value: string }[] {
  try {
    const parsed: unknown = JSON.parse(said);
    if (typeof parsed === "object" && parsed !== null) {
      return fieldChanges(parsed).map(({ path, value }) => ({ path, value: JSON.stringify(value) }));
    }
  } catch {
    // a text like any other
  }
  return [{ path: "", value: otherText(said) }];
}

/** Digests that stand beside what they are of, as whoever changes that on purpose would mend them. */
function digested(metadata: Record<string, string>): Record<string, string> {
  const of = (said: string) => createHash("sha256").update(said).digest("hex");
  const { update } = metadata;
  return {
    ...metadata,
    ...(update !== undefined && { updateSha256: of(update) }),
  };
}

function byteChanges(bytes: Uint8Array): Change[] {
  return [0, Math.floor(bytes.length / 2), bytes.length - 1].map((at) => {
    const changed = Uint8Array.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    return { path: `byte ${at}`, bytes: changed };
  });
}

interface FieldChange {
  readonly path: string;
  /** The whole, with that one field changed. */
  readonly value: unknown;
}

/** Every leaf changed, and every object with a field more. Of a list's members the first and the last stand for all. */
function fieldChanges(value: unknown): FieldChange[] {
  if (typeof value !== "object" || value === null) return [{ path: "", value: otherLeaf(value) }];
  const names = Object.keys(value);
  const some = Array.isArray(value) ? [...new Set([names.at(0), names.at(-1)])] : names;
  const below = some.flatMap((name) => {
    if (name === undefined) return [];
    const inner: unknown = Reflect.get(value, name);
    return fieldChanges(inner).map(({ path, value: changed }) => ({
      path: path === "" ? name : `${name}.${path}`,
      value: replaced(value, name, changed),
    }));
  });
  const more = Array.isArray(value) ? [...value, value.at(-1) ?? 0] : { ...value, added: 1 };
  return [...below, { path: Array.isArray(value) ? String(names.length) : "added", value: more }];
}

function replaced(value: object, name: string, by: unknown): unknown {
  if (Array.isArray(value)) return value.with(Number(name), by);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, key === name ? by : one]));
}

function otherLeaf(value: unknown): unknown {
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  return typeof value === "string" ? otherText(value) : 0;
}

/** One character changed, so that a digest stays one. */
function otherText(said: string): string {
  return said === "" ? "a" : `${said.slice(0, -1)}${said.endsWith("0") ? "1" : "0"}`;
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const encoded = (value: unknown) => new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
