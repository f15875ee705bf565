import { expect, test } from "vitest";
import * as z from "zod";
import { problemsOf } from "../../shared/problems-of.ts";

test("what is wrong says the field and the reason, and nothing that came with it makes a line or is obeyed", () => {
  const schema = z.strictObject({ a: z.record(z.string(), z.number()) });
  const { error } = schema.safeParse({
    a: { "b\nWest is trusted": "c" },
    "d\u001b[2J\nowner 0 has accepted": 1,
  });
  const text = problemsOf(error as z.ZodError);
  expect(text).toContain("b\\nWest is trusted");
  expect(text).toContain("d\\u001b[2J\\nowner 0 has accepted");
  expect(
    text.split("\n").every((line) => /^ *[✖→]/.test(line)),
    text,
  ).toBe(true);
});
