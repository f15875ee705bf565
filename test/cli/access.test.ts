import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type AccessKind,
  accessKinds,
  accessRights,
  leastAccess,
} from "../../cdk/constructs/access-rights.ts";
import { buildProgram } from "../../cli/main.ts";
import { deployedPolicy } from "../cdk/deployed-policy.ts";
import { synthesized } from "../cdk/synthesized.ts";
import { everyCommand } from "./every-command.ts";
import { covers, type Demand, demandsOf, type Grant, grantsOf } from "./targets/demands.ts";
import { restoreAws } from "./targets/mocked-aws.ts";

/** Where mockedAws is. */
const place = { region: "eu-central-1", account: "123456789012", bucket: "bucket" };

const granted = new Map<AccessKind, readonly Grant[]>();
/** By command. */
const demands = new Map<string, readonly Demand[]>();

beforeAll(async () => {
  const template = await synthesized();
  for (const kind of accessKinds) {
    granted.set(kind, grantsOf(deployedPolicy(template, kind, place).statements));
  }
  for (const [command, asked] of await everyCommand()) demands.set(command, asked.flatMap(demandsOf));
});
afterAll(restoreAws);

const allows = (kind: AccessKind, demand: Demand) =>
  granted.get(kind)?.some((grant) => covers(grant, demand)) ?? false;
const demandsOfAll = (commands: readonly string[]) => commands.flatMap((one) => demands.get(one) ?? []);
const { Reader, Operator, Remover } = accessRights;

test("every command that takes --target aws belongs to one kind of people, and was tried", async () => {
  const { commands } = await buildProgram({
    env: {},
    stderr: process.stderr,
    signal: new AbortController().signal,
    print: () => {},
    say: () => {},
  });
  const names = commands
    .flatMap((command) => [command, ...command.commands])
    .filter(({ options }) => options.some(({ long }) => long === "--target"))
    .map((command) => `${command.parent?.parent ? `${command.parent.name()} ` : ""}${command.name()}`)
    .sort();
  expect([...Reader.commands, ...Operator.commands, ...Remover.commands].sort()).toEqual(names);
  expect([...demands.keys()].sort()).toEqual(names);
});

describe.each([
  ["Reader", Reader.commands],
  ["Operator", [...Reader.commands, ...Operator.commands]],
  ["Remover", Remover.commands],
] as const)("the policy for a %s", (kind, commands) => {
  test.each(commands)("allows whatever fedstep %s asks for", (command) => {
    expect(demands.get(command)?.length).toBeGreaterThan(0);
    expect(demands.get(command)?.filter((demand) => !allows(kind, demand))).toEqual([]);
  });

  test("grants nothing that none of its commands asks for", () => {
    const all = demandsOfAll(commands);
    expect(granted.get(kind)?.filter((grant) => !all.some((demand) => covers(grant, demand)))).toEqual([]);
  });
});

test.each([...Operator.commands, ...Remover.commands])(
  "fedstep %s takes more than a Reader has",
  (command) => {
    expect(demands.get(command)?.some((demand) => !allows("Reader", demand))).toBe(true);
  },
);

test("the policy that an error names is the lesser of those that grant what was refused", () => {
  for (const demand of demandsOfAll([...demands.keys()])) {
    const named = leastAccess([demand.action], demand.key);
    expect(named, JSON.stringify(demand)).toBe(accessKinds.find((kind) => allows(kind, demand)));
  }
});
