import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { alive, eventually, temporaryFolder, toyFunction } from "./toy-functions.ts";

const repository = fileURLToPath(new URL("../../../", import.meta.url));
const moduleOf = (path: string) => JSON.stringify(new URL(`../../../local/${path}`, import.meta.url).href);

const pidIn = async (file: string): Promise<number> => Number(await readFile(file, "utf8").catch(() => "0"));

it("no environment outlives an endpoint that was killed outright: resting, waiting or computing", async () => {
  await using folder = await temporaryFolder();
  const fn = await toyFunction(folder.path);
  const files = ["hang", "spin"].map((behaviour) => ({ behaviour, file: join(folder.path, behaviour) }));
  const restingFile = join(folder.path, "resting");
  const script = join(folder.path, "endpoint.mts");
  await writeFile(
    script,
    `import { writeFileSync } from "node:fs";
     import { startEndpoint } from ${moduleOf("endpoint/endpoint.ts")};
     import { openLambda } from ${moduleOf("lambda/lambda.ts")};
     import { signed, someCredentials, verifier } from ${JSON.stringify(new URL("../signing.ts", import.meta.url).href)};
     const { handle } = await openLambda({
       authenticator: verifier(), credentialsOf: someCredentials,
       functions: [${JSON.stringify(fn)}], environments: 3, logsOf: () => ${JSON.stringify(folder.path)},
     });
     const endpoint = await startEndpoint(0);
     endpoint.serve("lambda", handle);
     const path = endpoint.url + "/2015-03-31/functions/toy/invocations";
     const invoke = (event) => signed(path, "lambda", { body: JSON.stringify(event) });
     for (const { behaviour, file } of ${JSON.stringify(files)}) void invoke({ do: behaviour, file });
     const { pid } = await (await invoke({})).json();
     writeFileSync(${JSON.stringify(restingFile)}, String(pid));`,
  );
  // what a killed endpoint cannot tidy away goes with the test's own folder
  const env = { ...process.env, TMPDIR: folder.path };
  const options = { cwd: repository, env, stdio: "inherit" } as const;
  const endpoint = spawn(process.execPath, ["--import", "tsx", script], options);
  const all = [...files.map(({ file }) => file), restingFile];
  await eventually("all three have started", async () => {
    const pids = await Promise.all(all.map(pidIn));
    return pids.every((pid) => pid > 0);
  });
  const pids = await Promise.all(all.map(pidIn));
  expect(pids.map(alive)).toEqual([true, true, true]);
  endpoint.kill("SIGKILL");
  await eventually("all three are gone", () => !pids.some(alive));
});
