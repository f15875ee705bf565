import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { clinics } from "../../cli/demo/clinics.ts";
import { shellLinesOf } from "../documents/documents.ts";
import { type Answer, fedstep, sharedHome } from "./terminal.ts";

const documentIn = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");
const document = documentIn("owners.md");
const [, way = ""] = /^## From an empty folder\n(.*?)^##/ms.exec(document) ?? [];
const [demo, ...lines] = shellLinesOf(way);

test("docs/owners.ko.md has the commands of docs/owners.md", () => {
  expect(shellLinesOf(documentIn("owners.ko.md"))).toEqual(shellLinesOf(document));
});

/** A line as a shell divides it, where quotes are double. */
const words = (line: string) =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? "").slice(1);

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

test("docs/owners.md: from an empty folder to a model takes an owner five commands", async () => {
  expect(demo).toBe("fedstep demo owners");
  expect(lines.filter((line) => line.startsWith("fedstep owner "))).toHaveLength(5);
  sharedHome();
  const place = mkdtempSync(join(inject("temporary"), "owners-document-"));
  mkdirSync(join(place, "coordinator"));
  symlinkSync(join(inject("temporary"), "assemblies"), join(place, "coordinator", "assemblies"));
  const port = String(await freePort());
  const owners = ["Seoul Clinic", "Busan Clinic", "Jeju Clinic"];
  for (const [at, name] of owners.entries()) {
    mkdirSync(join(place, name));
    const table = clinics()[at]?.csv.replace(/readmitted$/m, "outcome") ?? "";
    writeFileSync(join(place, name, "patients.csv"), table);
  }
  /** An owner's folder has its own files; what comes from the coordinator is the same for all. */
  const run = async (line: string, owner: string) => {
    const given = words(line).map((word) => {
      if (word === "agreement.json") return join(place, word);
      if (/\.(csv|json)$/.test(word)) return join(place, owner, word);
      return word === "Seoul Clinic" ? owner : word.replace("7070", port);
    });
    const isOwners = line.startsWith("fedstep owner ");
    // what reads an agreement takes no home
    const home = isOwners ? join(place, owner, ".fedstep-owner") : join(place, "coordinator");
    const args = [...given, ...(line.includes("owner agreement") ? [] : ["--home", home])];
    const answer = await fedstep(args, { env: { FEDSTEP_HOME: sharedHome() } });
    expect(answer, line).toMatchObject({ code: 0 });
    return answer;
  };
  const atOnce: Promise<Answer>[] = [];
  for (const line of lines) {
    if (line.startsWith("fedstep run ")) atOnce.push(run(line, ""));
    else if (line.startsWith("fedstep owner run ")) atOnce.push(...owners.map((owner) => run(line, owner)));
    // one after the other, as files come in the mail
    else if (line.includes(" propose ")) await run(line, "");
    else for (const owner of owners) await run(line, owner);
  }
  const [finished, ...took] = await Promise.all(atOnce);
  expect(finished?.output).toMatch(/clinics\.first/);
  for (const { output } of took) expect(output).toMatch(/sent \d+ bytes for round 3 of clinics\.first/);
});
