import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseAst } from "vitest/node";
import { functionNames } from "../functions/footprints.ts";

/**
 * Which room may import which, as docs/architecture.md draws it. An entry is a room, a folder or one file; what a
 * longer path allows is allowed in addition.
 */
const allowed: Record<string, readonly string[]> = {
  // whose version it tells
  shared: ["package.json"],
  cloud: ["shared"],
  storage: ["shared"],
  report: ["shared", "cloud"],
  mnist: ["shared"],
  // what the operating system says of processes, folders and its own errors
  system: [],
  tables: ["shared", "mnist"],
  owner: ["shared", "storage", "tables", "system"],
  functions: ["shared", "cloud", "storage"],
  "functions/prepare-run": ["mnist"],
  "functions/finish-run": ["report"],
  // an owner's home and what it does with a job, in an account of its own
  "functions/owner": ["owner", "tables"],
  // rights, memory and time of each step; what a bundle reads beside it
  cdk: [
    ...["shared", "cloud", "functions/footprints.ts", "functions/door/rights.ts"],
    ...["functions/owner/rights.ts", "functions/owner/environment.ts"],
    ...["mnist/embedded-sample.ts", "mnist/mirrors.ts"],
  ],
  // the stack is synthesized by a process of its own; its outputs' names are plain constants, and what that process
  // takes is asked for before it starts
  local: ["shared", "cloud", "cdk/outputs.ts", "cdk/peer-packages.ts", "cdk/project.ts", "system"],
  // limits and estimates are reckoned from footprints; errors name the policy that a person lacks
  cli: [
    "shared",
    "cloud",
    "storage",
    "mnist",
    "report",
    "local",
    ...["owner", "tables", "system"],
    "functions/footprints.ts",
    ...["cdk/outputs.ts", "cdk/constructs/access-rights.ts"],
  ],
};

const rooms = Object.keys(allowed).filter((path) => !path.includes("/"));

/** Packages that belong to some rooms only. */
const packages: readonly { name: RegExp; what: string; rooms: readonly string[] }[] = [
  {
    name: /^(@aws-sdk|@smithy|@aws-lambda-powertools|@types\/aws-lambda|aws-lambda)(\/|$)/,
    what: "AWS",
    rooms: ["storage", "functions", "local", "cli"],
  },
  { name: /^(aws-cdk-lib|constructs|aws-cdk|esbuild)(\/|$)/, what: "the CDK", rooms: ["cdk"] },
];

const root = fileURLToPath(new URL("..", import.meta.url));
const isBelow = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

/** Why a file must not import that, or undefined where it may. */
function objection(file: string, specifier: string): string | undefined {
  const room = file.split("/")[0] ?? "";
  if (!specifier.startsWith(".")) return objectionToPackage(room, specifier);
  const target = posix.join(posix.dirname(file), specifier);
  if (isBelow(target, room)) return undefined;
  const granted = Object.entries(allowed).flatMap(([path, targets]) => (isBelow(file, path) ? targets : []));
  return granted.some((path) => isBelow(target, path)) ? undefined : `${room} must not import ${target}`;
}

function objectionToPackage(room: string, specifier: string): string | undefined {
  // the domain, and what it costs, runs wherever JavaScript does
  if (["shared", "cloud"].includes(room) && isBuiltin(specifier))
    return `${room} knows no Node: ${specifier}`;
  const owner = packages.find(({ name }) => name.test(specifier));
  return owner && !owner.rooms.includes(room) ? `${room} knows no ${owner.what}: ${specifier}` : undefined;
}

/** Every module that a source names: imports of types too, re-exports, and import() wherever it stands. */
function importsOf(code: string): string[] {
  const found: string[] = [];
  visit(parseAst(code, { lang: "ts" }), found);
  return found;
}

/** Nodes that name a module: ImportDeclaration, ImportExpression, TSImportType, Export...Declaration, import = require. */
const namesModule = /^(Import|TSImport|TSExternalModule|Export)/;

function visit(node: unknown, found: string[]): void {
  if (Array.isArray(node)) {
    for (const item of node) visit(item, found);
  } else if (isRecord(node)) {
    const named = node.source ?? node.expression;
    if (typeof node.type === "string" && namesModule.test(node.type) && isRecord(named)) {
      if (typeof named.value === "string") found.push(named.value);
    }
    for (const child of Object.values(node)) visit(child, found);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function sourcesOf(room: string): string[] {
  return readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
    .map((path) => `${room}/${path.replaceAll("\\", "/")}`)
    .filter((path) => /\.[cm]?ts$/.test(path) && !path.endsWith(".d.ts"))
    .filter((path) => !isBelow(path, "shared/model/kernel/assembly"));
}

const objections = (file: string, code: string) =>
  importsOf(code).flatMap((specifier) => objection(file, specifier) ?? []);

describe.each(rooms)("%s", (room) => {
  test("imports only what the direction of the rooms allows", () => {
    const files = sourcesOf(room);
    expect(files).not.toHaveLength(0);
    const found = files.flatMap((file) =>
      objections(file, readFileSync(join(root, file), "utf8")).map((why) => `${file}: ${why}`),
    );
    expect(found).toEqual([]);
  });
});

test("footprints import what they are reckoned by, and no part of a step's work", () => {
  const files = sourcesOf("functions").filter((file) => file.endsWith("/footprint.ts"));
  expect(files).toHaveLength(functionNames.length);
  for (const file of [...files, "functions/footprints.ts"]) {
    const code = readFileSync(join(root, file), "utf8");
    const rooms = targetsOf(file, code).filter(
      (target) => !/^(shared|cloud)\/|\/footprint\.ts$/.test(target),
    );
    expect(rooms, file).toEqual([]);
    expect(
      importsOf(code).filter((specifier) => !specifier.startsWith(".")),
      file,
    ).toEqual([]);
  }
});

/** Files that a file leads to by its imports, and that lead back to it; the first such circle that is found. */
function circleIn(imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const follow = (file: string, way: readonly string[]): string[] | undefined => {
    const from = way.indexOf(file);
    if (from >= 0) return [...way.slice(from), file];
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const circle = follow(next, [...way, file]);
      if (circle) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = follow(file, []);
    if (circle) return circle;
  }
  return undefined;
}

const targetsOf = (file: string, code: string) =>
  importsOf(code)
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => posix.join(posix.dirname(file), specifier));

test("no files import each other in a circle, not even types", () => {
  const files = rooms.flatMap(sourcesOf);
  const imports = files.map(
    (file) => [file, targetsOf(file, readFileSync(join(root, file), "utf8"))] as const,
  );
  expect(circleIn(new Map(imports))).toBeUndefined();
});

test("a circle of files is found", () => {
  const a = targetsOf("shared/a.ts", 'import type { X } from "./b/c.ts";');
  const c = targetsOf("shared/b/c.ts", 'export { y } from "../d.ts";');
  const d = targetsOf("shared/d.ts", 'const f = async () => (await import("./a.ts")).x;');
  const all: [string, string[]][] = [
    ["shared/e.ts", []],
    ["shared/a.ts", a],
    ["shared/b/c.ts", c],
    ["shared/d.ts", d],
  ];
  expect(circleIn(new Map(all))).toEqual(["shared/a.ts", "shared/b/c.ts", "shared/d.ts", "shared/a.ts"]);
});

describe("the checker objects to", () => {
  test.each([
    ["shared/config/a.ts", 'import { x } from "../../functions/objects.ts";', "functions/objects.ts"],
    ["shared/a.ts", 'import type { X } from "../report/summary.ts";', "report/summary.ts"],
    ["shared/a.ts", 'export { x } from "../cli/main.ts";', "cli/main.ts"],
    ["shared/a.ts", 'export * from "../storage/objects.ts";', "storage/objects.ts"],
    ["shared/a.ts", 'export type X = import("../local/emulator.ts").X;', "local/emulator.ts"],
    ["shared/a.ts", 'const f = async () => (await import("../cdk/stack.ts")).x;', "cdk/stack.ts"],
    ["shared/a.ts", 'import "../cli/main.ts";', "cli/main.ts"],
    ["shared/a.ts", 'import m = require("../cli/main.ts");', "cli/main.ts"],
    ["shared/a.ts", 'import { readFileSync } from "node:fs";', "node:fs"],
    ["shared/a.ts", 'import { readFileSync } from "fs";', "fs"],
    ["shared/a.ts", 'import { x } from "../cloud/prices.ts";', "cloud/prices.ts"],
    ["storage/a.ts", 'import { x } from "../cloud/prices.ts";', "cloud/prices.ts"],
    ["cloud/a.ts", 'import { readFileSync } from "node:fs";', "node:fs"],
    ["shared/a.ts", 'import { S3Client } from "@aws-sdk/client-s3";', "@aws-sdk/client-s3"],
    ["functions/train-client/a.ts", 'import { x } from "../../report/summary.ts";', "report/summary.ts"],
    ["functions/a.ts", 'import { App } from "aws-cdk-lib/core";', "aws-cdk-lib/core"],
    ["report/a.ts", 'import { x } from "../storage/objects.ts";', "storage/objects.ts"],
    ["local/a.ts", 'import { x } from "../cdk/stack.ts";', "cdk/stack.ts"],
    ["local/a.ts", 'import { App } from "aws-cdk-lib";', "aws-cdk-lib"],
    ["cli/run/a.ts", 'import { x } from "../../functions/objects.ts";', "functions/objects.ts"],
    ["cdk/a.ts", 'import { x } from "../local/assembly/names.ts";', "local/assembly/names.ts"],
  ])("%s: %s", (file, code, named) => {
    expect(objections(file, code)).toEqual([expect.stringContaining(named)]);
  });
});

describe("the checker lets through", () => {
  test.each([
    ["shared/config/a.ts", 'import * as z from "zod"; import { x } from "../errors.ts";'],
    [
      "functions/finish-run/a.ts",
      'import { x } from "../../report/summary.ts"; import y from "../../shared/a.ts";',
    ],
    ["local/a.ts", 'import { x } from "../cdk/outputs.ts"; import { spawn } from "node:child_process";'],
    ["shared/a.ts", '// import x from "../cli/main.ts";\nconst s = \'import "../cli/main.ts"\';'],
  ])("%s: %s", (file, code) => {
    expect(objections(file, code)).toEqual([]);
  });
});
