import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "aws-cdk-lib/core";
import { expect, test } from "vitest";
import { bundleNames } from "../../cdk/bundle.ts";
import { shippedBundles } from "../../cdk/shipped-bundles.ts";
import { withStacks } from "./synthesized.ts";

test("each function's bundle is found in a synthesized assembly, with the digest of its bytes", async () => {
  const found = await withStacks([{ door: true }], ([stack]) => {
    const app = stack.node.root;
    if (!App.isApp(app)) throw new Error("the stack is in no app");
    const bundles = shippedBundles(app.synth().directory);
    return bundleNames.map((name) => {
      const { directory, bytes, sha256 } = bundles[name];
      const file = readFileSync(join(directory, "index.mjs"));
      expect(createHash("sha256").update(file).digest("hex")).toBe(sha256);
      expect(file.length).toBe(bytes);
      return file.toString().includes(name);
    });
  });
  expect(found).toEqual(bundleNames.map(() => true));
});
