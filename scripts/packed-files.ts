import { execFileSync } from "node:child_process";
import * as z from "zod";

const packed = z.tuple([z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) })]);

/** What npm would put into the package, without running its scripts. */
export function packedFiles(root: string): string[] {
  return pack(root, "--dry-run", "--ignore-scripts").files.map(({ path }) => path);
}

/** Packs the project into the folder. Returns the name of the file. */
export function packedTarball(root: string, folder: string): string {
  execFileSync("npm", ["run", "--silent", "prepare"], { cwd: root, stdio: ["ignore", 2, 2] });
  // prepare's output would stand before npm's answer
  return pack(root, "--ignore-scripts", "--pack-destination", folder).filename;
}

function pack(root: string, ...args: string[]) {
  const answer = execFileSync("npm", ["pack", "--json", ...args], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return packed.parse(JSON.parse(answer))[0];
}
