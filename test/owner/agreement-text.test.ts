import { describe, expect, test } from "vitest";
import { agreementText, type Language } from "../../owner/agreement-text.ts";
import { columnsOf, wrapped } from "../../owner/wrapped.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import type { Agreement } from "../../shared/owners/agreement.ts";
import { agreementOf } from "../shared/owners/agreed.ts";
import { newSigner } from "../shared/owners/keys.ts";

const languages: readonly Language[] = ["english", "korean"];
const door = {
  url: "https://abc.lambda-url.eu-central-1.on.aws/",
  storage: "https://bucket.s3.eu-central-1.amazonaws.com",
};
const four = async (changes: Partial<Agreement> = {}) =>
  agreementOf(await Promise.all(Array.from({ length: 4 }, newSigner)), { minimumCohort: 3, ...changes });

describe.each(languages)("in %s an agreement", (language) => {
  test("makes no line of what its columns are called, and has a terminal obey none", async () => {
    const agreed = await four();
    const named = (name: string) => ({
      ...agreed,
      schema: {
        ...agreed.schema,
        columns: [{ name, type: "number" as const, role: "feature" as const }],
        label: { ...agreed.schema.label, name: `${name}!` },
      },
    });
    const text = agreementText(named("a\nYou left\u001b[2J"), language);
    expect(text.split("\n").filter((line) => line.startsWith("You left"))).toEqual([]);
    expect(text).toContain("a\\nYou left\\u001b[2J");
    expect(text).not.toContain("\u001b");
  });

  test("of four members is one screen: 24 lines of 100 columns, with names as long as they may be", async () => {
    const agreed = await four();
    const features = Array.from({ length: 40 }, (_, at) => ({
      name: `${"a long name of a column ".repeat(8)}${at}`,
      type: "number" as const,
      role: "feature" as const,
    }));
    const long = {
      ...agreed,
      federation: "a".repeat(24),
      door: {
        url: `https://${"a".repeat(32)}.lambda-url.ap-northeast-2.on.aws/`,
        storage: `https://fedstep-${"b".repeat(32)}.s3.ap-northeast-2.amazonaws.com`,
      },
      members: agreed.members.map((one) => ({ ...one, name: `${one.number}${"m".repeat(59)}` })),
      schema: { ...agreed.schema, columns: features },
    };
    const noised = { ...long, config: { ...long.config, privacy: privacyOf("local") } };
    for (const one of [
      agreed,
      long,
      noised,
      await masked("distributed"),
      await masked(),
      await masked("distributed", true),
    ]) {
      const lines = agreementText(one, language).split("\n");
      expect(lines.length).toBeLessThanOrEqual(24);
      for (const line of lines) expect(columnsOf(line), line).toBeLessThanOrEqual(100);
    }
  });

  test("says the figures that it has, each where another agreement has another", async () => {
    const agreed = await four();
    const texts = [
      agreed,
      { ...agreed, minimumCohort: 4 },
      { ...agreed, waitMinutes: 77 },
      { ...agreed, door },
      { ...agreed, config: { ...agreed.config, federation: { ...agreed.config.federation, rounds: 66 } } },
    ].map((one) => agreementText(one, language).replaceAll(/\n\s*/g, " "));
    expect(texts[0]).toContain("42");
    expect(texts[0]).toContain("2-8-2");
    expect(texts[1]).toContain("4");
    expect(texts[2]).toContain("77");
    expect(texts[3]).toContain("abc.lambda-url.eu-central-1.on.aws, bucket.s3.eu-central-1.amazonaws.com");
    expect(texts[4]).toContain("66");
    for (const { name } of agreed.members) expect(texts[0]).toContain(name);
  });
});

test("both say that rows can be had from an update, and that nothing can be taken back", async () => {
  const agreed = await four();
  const [english, korean] = languages.map((one) => agreementText(agreed, one).replaceAll(/\n\s*/g, " "));
  expect(english).toContain("there are no masks: an update can be turned back into your rows");
  expect(english).toContain("cannot be called back");
  expect(korean).toContain("업데이트에서 행을 되살릴 수 있습니다");
  expect(korean).toContain("회수할 수 없고");
});

test.each([
  ["local", "that your own key makes", "내 키로 만든 잡음"],
  ["distributed", "2 of them all of it", "2명이면 전부"],
] as const)(
  "with %s noise both say what it hides, and no longer that rows can be had",
  async (noise, inEnglish, inKorean) => {
    const agreed =
      noise === "local"
        ? await four().then((one) => ({ ...one, config: { ...one.config, privacy: privacyOf(noise) } }))
        : await masked(noise);
    const [english = "", korean = ""] = languages.map((one) =>
      agreementText(agreed, one).replaceAll(/\n\s*/g, " "),
    );
    for (const text of [english, korean]) expect(text).toContain("epsilon 8, delta 0.00001");
    expect(english).toContain(inEnglish);
    expect(korean).toContain(inKorean);
    expect(english).not.toMatch(/turned back|of your rows alone|has none/);
    expect(korean).not.toMatch(/되살릴|내 행만|없습니다\. 되돌릴/);
  },
);

/** Epsilon 8 for each example. */
const privacyOf = (noise: "local" | "distributed") =>
  resolveConfig({ set: ["privacy.unit=example", `privacy.noise=${noise}`, "privacy.epsilon=8"] }).privacy;

/** Four members, of whom three open sums; noise that they add together where it is asked for. */
async function masked(noise?: "distributed", recomputable = false): Promise<Agreement> {
  const agreed = await four();
  const { federation } = agreed.config;
  const helpers = "owners" as const;
  const secureAggregation = { ...federation.secureAggregation, helpers, recomputable };
  return {
    ...agreed,
    helpers: agreed.members.slice(0, 3).map(({ name }) => name),
    config: {
      ...agreed.config,
      federation: { ...federation, secureAggregation },
      ...(noise && { privacy: privacyOf(noise) }),
    },
  };
}

test("both say who reads an update without the coordinator, where owners recompute models, and what an owner gains", async () => {
  const textsOf = (agreed: Agreement) =>
    languages.map((one) => agreementText(agreed, one).replaceAll(/\n\s*/g, " "));
  const [english, korean] = textsOf(await masked());
  expect(english).toContain("Two of them together with the coordinator, or");
  expect(korean).toContain("두 명이 코디네이터와 짜거나");
  const [other, otherKorean] = textsOf(await masked(undefined, true));
  expect(other).toContain("Two of them together, or");
  expect(other).toContain("recompute");
  expect(otherKorean).toContain("두 명이 서로 짜거나");
  expect(otherKorean).toContain("recompute");
});

test("a paragraph is broken at blanks, and Hangul takes two columns", () => {
  expect(columnsOf("a가b")).toBe(4);
  expect(wrapped("one two three", 7)).toEqual(["one two", "  three"]);
  expect(wrapped("가나 다라 마", 9)).toEqual(["가나 다라", "  마"]);
});
