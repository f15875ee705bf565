import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { agreementText } from "../../../owner/agreement-text.ts";
import { type Agreement, agreement } from "../../../shared/owners/agreement.ts";
import { membershipChanges } from "../../../shared/owners/membership-changes.ts";
import { sign } from "../../../shared/owners/signed.ts";
import { requestOf } from "../../shared/owners/asked.ts";
import { newSigner } from "../../shared/owners/keys.ts";
import { fedstep, sharedHome, temporaryFolder } from "../terminal.ts";

let place: string;
const at = (...names: string[]) => join(place, ...names);
const propose = (...args: string[]) =>
  fedstep([
    ...["federation", "propose", "clinics", "--out", at("agreement.json"), "--home", at("coordinator")],
    ...args,
  ]);
const proposed = (): Agreement => agreement.parse(JSON.parse(readFileSync(at("agreement.json"), "utf8")));

/** A table as the federation's schema has it; column "note" is none of it. */
const table = (rows: number, shift = 0) =>
  `note,outcome,age\n${Array.from({ length: rows }, (_, row) => `n${row},${row % 2},${20 + shift + row}`).join("\n")}\n`;

/** A coordinator's home with three owners' requests. */
const asked = mkdtempSync(join(inject("temporary"), "asked-"));

beforeAll(async () => {
  sharedHome();
  symlinkSync(join(inject("temporary"), "assemblies"), join(asked, "assemblies"));
  for (const [number, name] of ["north", "south", "west"].entries()) {
    const request = await sign("request", requestOf(name, number), await newSigner());
    writeFileSync(join(asked, "request.json"), JSON.stringify(request));
    const answer = await fedstep([
      ...["federation", "add", join(asked, "request.json"), "--home", asked],
      ...["--accounts-file", join(asked, "federation.json")],
    ]);
    expect(answer).toMatchObject({ code: 0 });
  }
});

beforeEach(() => {
  place = temporaryFolder();
  cpSync(asked, at("coordinator"), { recursive: true });
  mkdirSync(at("own"));
  writeFileSync(at("own", "campus.csv"), table(40));
  writeFileSync(at("own", "public.csv"), table(20, 5));
});

describe("a coordinator proposes clients of its own", () => {
  test("of which the agreement tells all that is needed, and the bucket has the data set", async () => {
    expect(await propose("--clients", at("own"))).toMatchObject({
      code: 0,
      output: expect.stringContaining("among north, south, west; beside them you train campus, public."),
    });
    const agreed = proposed();
    expect(agreed.simulated?.clients).toMatchObject([
      {
        ...{ number: 3, name: "campus", train: 32, heldOut: 8 },
        labels: { all: [20, 20], heldOut: expect.any(Array) },
      },
      { number: 4, name: "public", train: 16, heldOut: 4 },
    ]);
    expect(agreed).toMatchObject({ nextNumber: 5, config: { partition: { clients: 5 } }, minimumCohort: 3 });
    const held = agreed.simulated?.clients[0]?.labels?.heldOut ?? [];
    expect(held.reduce((sum, count) => sum + count, 0)).toBe(8);
    const objects = readdirSync(at("coordinator"), { recursive: true, encoding: "utf8" });
    expect(objects.some((name) => name.includes(join("datasets", agreed.simulated?.dataset ?? "none")))).toBe(
      true,
    );
    const members = await fedstep(["federation", "members", "clinics", "--home", at("coordinator")]);
    expect(members.output).toContain("\ncampus, number 3, is trained from your bucket: 40 examples\n");
    for (const language of ["english", "korean"] as const) {
      expect(agreementText(agreed, language)).toContain("campus, public");
    }
  });

  test("as before where nobody says otherwise, with the numbers that they have", async () => {
    await propose("--clients", at("own"));
    const first = proposed();
    await propose();
    expect(proposed()).toEqual(first);
    await propose("--wait", "30");
    expect(proposed()).toMatchObject({ version: 2, simulated: first.simulated });
    rmSync(at("own", "campus.csv"));
    writeFileSync(at("own", "added.csv"), table(30));
    await propose("--clients", at("own"));
    const second = proposed();
    expect(second.simulated?.clients.map(({ name, number }) => [name, number])).toEqual([
      ["added", 5],
      ["public", 4],
    ]);
    expect(membershipChanges(first, second)).toEqual([
      "added is a new client that the coordinator trains itself",
      "campus, which the coordinator trained itself, is gone",
    ]);
    writeFileSync(at("own", "public.csv"), table(22));
    await propose("--clients", at("own"));
    expect(membershipChanges(second, proposed())).toEqual([
      "the clients that the coordinator trains itself have other data",
    ]);
  });

  test("and none any more by --no-clients", async () => {
    await propose("--clients", at("own"));
    expect(await propose("--no-clients")).toMatchObject({ code: 0 });
    expect(proposed()).toMatchObject({ version: 2, config: { partition: { clients: 3 } } });
    expect(proposed().simulated).toBeUndefined();
  });

  test("and is told of all that is wrong with all tables at once, before anything is written", async () => {
    writeFileSync(at("own", "campus.csv"), "note,outcome,age\na,2,20\nb,0,x\n");
    writeFileSync(at("own", "public.csv"), "note,outcome\na,1\n");
    writeFileSync(at("own", "single.csv"), table(1));
    const { code, said } = await propose("--clients", at("own"));
    expect(code).toBe(2);
    expect(said).toMatch(/^DatasetInvalid: /);
    for (const part of ["campus.csv", "line 2", "line 3", "public.csv", "single.csv: holds one row"]) {
      expect(said).toContain(part);
    }
    const objects = readdirSync(at("coordinator"), { recursive: true, encoding: "utf8" });
    expect(objects.filter((name) => /agreements|datasets/.test(name))).toEqual([]);
  });

  test.each<[string, () => void, RegExp]>([
    ["other files than CSV", () => writeFileSync(at("own", "more.safetensors"), ""), /takes CSV files/],
    [
      "a client of a member's name",
      () => writeFileSync(at("own", "North.csv"), table(10)),
      /two have the same name/,
    ],
    ["an empty folder", () => rmSync(at("own"), { recursive: true }), /no such file or folder/],
  ])("but not %s", async (_, change, message) => {
    change();
    const { code, said } = await propose("--clients", at("own"));
    expect(code).toBe(2);
    expect(said).toMatch(message);
  });

  test("whose tables are read anew where the schema has changed", async () => {
    await propose("--clients", at("own"));
    const { schema } = proposed();
    const wider = {
      ...schema,
      columns: [...schema.columns, { name: "note", type: "number", role: "feature" }],
    };
    writeFileSync(at("schema.json"), JSON.stringify(wider));
    const { code, said } = await propose("--schema", at("schema.json"));
    expect(code).toBe(2);
    expect(said).toMatch(/AgreementInvalid: --clients: .*by another schema.*--no-clients/s);
  });

  test("and nothing that no run of owners could be", async () => {
    const { code, said } = await propose("--set", "task.kind=poisson");
    expect(code).toBe(2);
    expect(said).toMatch(/^ConfigInvalid: task/);
    const objects = readdirSync(at("coordinator"), { recursive: true, encoding: "utf8" });
    expect(objects.filter((name) => name.includes("agreements"))).toEqual([]);
  });

  test("which leave a round enough owners", async () => {
    const { code, said } = await propose("--clients", at("own"), "--set", "federation.fraction=0.8");
    expect(code).toBe(2);
    expect(said).toMatch(
      /with 3 owners and 2 simulated clients a model may be made of 2 of the owners' updates/,
    );
  });
});
