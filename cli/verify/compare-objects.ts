import { FedstepError } from "../../shared/errors.ts";
import { decodeSafetensors, type Tensor } from "../../shared/tensors/safetensors.ts";
import { differences, spokenDifferences } from "./differences.ts";
import type { Scene } from "./scene.ts";

/** Holds an object's bytes against what they must be. @returns whether they are that */
export async function compareBytes(
  scene: Scene,
  key: string,
  expected: Uint8Array | string,
): Promise<boolean> {
  return compare(scene, key, Buffer.from(expected), (bytes, must) => {
    const at = must.findIndex((byte, i) => byte !== bytes[i]);
    return `differs from byte ${at < 0 ? must.length : at} on from what the records make`;
  });
}

/** The same for tensors, of which it says what differs. @param makes what the right ones follow from */
export async function compareTensors(
  scene: Scene,
  key: string,
  expected: Uint8Array,
  makes: string,
): Promise<boolean> {
  return compare(scene, key, expected, (bytes, must) => tensorProblem(bytes, must, makes));
}

async function compare<Expected extends Uint8Array>(
  { objects, audit, inventory }: Scene,
  key: string,
  expected: Expected,
  problemOf: (bytes: Uint8Array, expected: Expected) => string,
): Promise<boolean> {
  if (!inventory.expect(key)) {
    audit.found(key, "is missing");
    return false;
  }
  const found = await audit.read(key, () => objects.get(key, 2 * expected.length));
  if (!found) return false;
  const { bytes } = found;
  if (Buffer.compare(bytes, expected) === 0) return true;
  audit.found(key, problemOf(bytes, expected));
  return false;
}

function tensorProblem(bytes: Uint8Array, expected: Uint8Array, makes: string): string {
  const must = decodeSafetensors(expected);
  try {
    const found = decodeSafetensors(bytes);
    const header = differences(found.metadata, must.metadata);
    if (header.length > 0) return `in its header ${spokenDifferences(header)}`;
    const names = new Set([...must.tensors.keys(), ...found.tensors.keys()]);
    const changed = [...names].filter((name) => !sameTensor(found.tensors.get(name), must.tensors.get(name)));
    return `${changed.join(", ") || "its form"} does not follow from ${makes}`;
  } catch (error) {
    if (!(error instanceof FedstepError)) throw error;
    return error.message;
  }
}

function sameTensor(found: Tensor | undefined, must: Tensor | undefined): boolean {
  if (!found || !must || found.shape.join() !== must.shape.join()) return false;
  return Buffer.compare(bytesOf(found), bytesOf(must)) === 0;
}

const bytesOf = ({ data }: Tensor) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
