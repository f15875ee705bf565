import { describe, expect, it } from "vitest";
import { presets } from "../../../shared/config/presets.ts";
import { refusal } from "./refusal.ts";

describe("a configuration that is refused", () => {
  it.each(["nope", "", "__proto__", "constructor", "toString"])('has no preset "%s"', (preset) => {
    const lines = [`preset: there is no "${preset}"; take one of ${Object.keys(presets).join(", ")}`];
    expect(refusal({ preset })).toEqual(lines);
    expect(refusal({ file: { preset } })).toEqual(lines);
  });

  it.each([[[]], [null], ["text"], [3]])("has a file that is no object: %j", (file) => {
    expect(refusal({ file })[0]).toMatch(/^the configuration file must hold a JSON object, not /);
  });

  it.each([
    ['{"__proto__":{"seed":2}}', "__proto__"],
    ['{"training":{"__proto__":{"momentum":0.5}}}', "training.__proto__"],
    ['{"constructor":{"prototype":{"polluted":1}}}', "constructor"],
    ['{"model":{"constructor":1}}', "model.constructor"],
  ])("has a key of the language itself in the file %s", (json, field) => {
    expect(refusal({ file: JSON.parse(json) })).toEqual([
      expect.stringMatching(`^${field}: no such field; `),
    ]);
  });

  it.each([
    ["__proto__.polluted=1", "__proto__"],
    ["training.__proto__.polluted=1", "training.__proto__"],
    ["constructor.prototype.polluted=1", "constructor"],
  ])("has a key of the language itself in --set %s, and touches no object by it", (assignment, field) => {
    expect(refusal({ preset: "paper", set: [assignment] })).toEqual([
      expect.stringMatching(`^${field}: no such field; `),
    ]);
    expect("polluted" in {}).toBe(false);
  });
});

describe("the preset", () => {
  it("of a file is a name", () => {
    expect(refusal({ file: { preset: 3 } })).toEqual([
      expect.stringMatching(/^preset: got 3; takes paper, tuned, .*, dirichlet-0\.1 or custom/),
    ]);
  });

  it("is not set with --set, which would change its name and nothing else", () => {
    expect(refusal({ set: ["preset=paper"] })).toEqual([expect.stringMatching(/--preset/)]);
  });
});
