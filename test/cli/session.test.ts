import { expect, test } from "vitest";
import { visibly } from "../../cli/session.ts";

const hostile = "no\u001b[2J\u009b2Jyes\nsecond line";
const shown = "no\\u001b[2J\\u009b2Jyes\nsecond line";

test("what a command says and prints of names is shown, and colours are left to what has made its names visible", () => {
  const told: string[] = [];
  const session = visibly({
    env: {},
    stderr: process.stderr,
    signal: new AbortController().signal,
    print: (text) => void told.push(`out ${text}`),
    say: (text) => void told.push(`err ${text}`),
  });
  session.say(hostile);
  session.print(hostile);
  session.print(hostile, "styled");
  expect(told).toEqual([`err ${shown}`, `out ${shown}`, `out ${hostile}`]);
});
