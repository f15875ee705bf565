import { execFileSync } from "node:child_process";
import * as z from "zod";

const packed = z.tuple([z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) })]);

/** What npm would put into the package, without running its scripts. */
export function packedFiles(root: string): string[] {
  return pack(root, "--dry-run", "--ignore-scripts").files.map(({ path }) => path);
}

/** Packs the project into the folder, as npm publish does. Returns the name of the file. */
export function packedTarball(root: string, folder: string): string {
  return pack(root, "--pack-destination", folder).filename;
}

function pack(root: string, ...args: string[]) {
  const answer = execFileSync("npm", ["pack", "--json", ...args], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return packed.parse(JSON.parse(answer))[0];
}
