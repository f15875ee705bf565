import { afterEach, describe, expect, test, vi } from "vitest";
import { requireWebAssembly, unmetLimit } from "../../cli/machine-limits.ts";

/** As /proc/self/limits has it. */
const limits = (files: string) =>
  `Limit                     Soft Limit           Hard Limit           Units\n` +
  `Max open files            ${files.padEnd(20)} 1048576              files\n`;

describe("a process that may open", () => {
  test.each(["64", "255"])("%s files is told so before it loads anything", (files) => {
    expect(unmetLimit(limits(files))).toMatchObject({
      name: "TooFewFiles",
      message: `this command may have ${files} files open, and takes 256: raise the limit, as by ulimit -n 4096`,
    });
  });

  test.each([["256"], ["1048576"], ["unlimited"]])("%s files works", (files) => {
    expect(unmetLimit(limits(files))).toBeUndefined();
  });

  test("who knows how many works, as on other systems than Linux", () => {
    expect(unmetLimit("")).toBeUndefined();
  });
});

describe("WebAssembly", () => {
  afterEach(() => vi.unstubAllGlobals());

  test("that finds no addresses is told with the limit to lift", () => {
    class Memory {
      constructor() {
        throw new RangeError("WebAssembly.Memory(): could not allocate memory");
      }
    }
    vi.stubGlobal("WebAssembly", { Memory });
    expect(requireWebAssembly).toThrow(
      expect.objectContaining({
        name: "WebAssemblyUnavailable",
        message: expect.stringMatching(/could not allocate memory.*ulimit -v unlimited/),
      }),
    );
  });

  test("is there by itself", () => {
    expect(requireWebAssembly).not.toThrow();
  });
});
