import { clientsModelsOf, ownObjectsOf } from "../../shared/layout.ts";
import type { Objects } from "../../storage/objects.ts";

/** Every object that lies below a run, by its key; those that nothing accounts for remain. */
export class Inventory {
  readonly #modified: ReadonlyMap<string, Date>;
  readonly #left: Set<string>;

  constructor(modified: ReadonlyMap<string, Date>) {
    this.#modified = modified;
    this.#left = new Set(modified.keys());
  }

  has(key: string): boolean {
    return this.#modified.has(key);
  }

  /** When it was written; undefined where it is not there. */
  modified(key: string): Date | undefined {
    return this.#modified.get(key);
  }

  below(prefix: string): string[] {
    return [...this.#modified.keys()].filter((key) => key.startsWith(prefix));
  }

  /** Says that the run has reason to hold this object. @returns whether it is there */
  expect(key: string): boolean {
    this.#left.delete(key);
    return this.has(key);
  }

  /** What lies there for no reason. */
  left(): string[] {
    return [...this.#left];
  }

  get empty(): boolean {
    return this.#modified.size === 0;
  }
}

export async function inventoryOf(objects: Objects, run: string): Promise<Inventory> {
  const found = new Map<string, Date>();
  for (const prefix of [ownObjectsOf(run), ...clientsModelsOf(run)]) {
    for (const { key, modified } of await objects.entries(prefix)) found.set(key, modified);
  }
  return new Inventory(found);
}
