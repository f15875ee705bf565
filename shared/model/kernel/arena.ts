import { trainerMemoryExceeded } from "../../errors.ts";
import type { Address, Primitives } from "./primitives.ts";

const PAGE = 65_536;
/** What 32-bit addresses reach, less the page that would end at 2^32. */
export const ADDRESSABLE = 2 ** 32 - PAGE;

/** Assigns addresses, one after the other, before any memory is claimed. */
export class ArenaLayout {
  #end: number;

  constructor(first: Address) {
    this.#end = first;
  }

  /** Where `size` bytes will stand: on a cache line of their own. */
  reserve(size: number): Address {
    const address = Math.ceil(this.#end / 64) * 64;
    this.#end = address + size;
    return address;
  }

  /** Bytes up to the end of the last reservation. */
  get end(): number {
    return this.#end;
  }
}

/** The kernel's memory. It grows before a call and never during one, so that nothing is allocated per batch. */
export class Arena {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #words: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  #floats: Float32Array<ArrayBuffer> = new Float32Array(0);
  #doubles: Float64Array<ArrayBuffer> = new Float64Array(0);
  #integers: Int32Array<ArrayBuffer> = new Int32Array(0);
  readonly #memory: Primitives["memory"];
  readonly #limit: number;
  /** The examples that stand at the start of the arena, if any: they need not be copied again. */
  resident: object | undefined;

  /** @param limit bytes that the arena may grow to */
  constructor(memory: Primitives["memory"], limit: number) {
    this.#memory = memory;
    this.#limit = Math.min(limit, ADDRESSABLE);
    this.#look();
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  get words(): Uint32Array<ArrayBuffer> {
    return this.#words;
  }

  get floats(): Float32Array<ArrayBuffer> {
    return this.#floats;
  }

  get doubles(): Float64Array<ArrayBuffer> {
    return this.#doubles;
  }

  get integers(): Int32Array<ArrayBuffer> {
    return this.#integers;
  }

  /**
   * Makes room for a layout, in one step.
   * @param purpose what the memory is for, with the sizes that decide how much
   * @throws TrainerMemoryExceeded
   */
  fit(needed: number, purpose: string): void {
    const missing = Math.ceil((needed - this.#bytes.length) / PAGE);
    if (missing <= 0) return;
    if (needed > this.#limit) throw tooLarge(needed, this.#limit, purpose);
    try {
      this.#memory.grow(missing);
    } catch (cause) {
      throw tooLarge(needed, this.#bytes.length, purpose, cause);
    }
    this.#look();
  }

  #look(): void {
    const { buffer } = this.#memory;
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Uint32Array(buffer);
    this.#floats = new Float32Array(buffer);
    this.#doubles = new Float64Array(buffer);
    this.#integers = new Int32Array(buffer);
  }
}

function tooLarge(needed: number, available: number, purpose: string, cause?: unknown) {
  return trainerMemoryExceeded(
    `${purpose} needs ${needed} bytes of kernel memory, ${available} are available: use a narrower model, a smaller batch or a function with more memory`,
    { cause },
  );
}
