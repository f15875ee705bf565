import { decode } from "fast-png";
import { beforeAll, describe, expect, test } from "vitest";
import { assign } from "../../attacks/assignment.ts";
import { matches } from "../../attacks/correlation.ts";
import { type Defence, defences, masks } from "../../attacks/defences.ts";
import { difference } from "../../attacks/differencing.ts";
import { differenceOf, invert } from "../../attacks/inversion.ts";
import { type Attacked, summaryOf } from "../../attacks/measure.ts";
import { pairsPicture } from "../../attacks/picture.ts";
import { playRound } from "../../attacks/round.ts";
import { attackAll, scenarios } from "../../attacks/scenarios.ts";
import { openEmbeddedSample } from "../../mnist/embedded-sample.ts";
import { poolExamples } from "../../shared/dataset/examples.ts";
import { distanceOf, normOf } from "../../shared/metrics/drift.ts";
import { openTrainer } from "../../shared/model/trainers.ts";

/** Over the digits that fedstep carries, a cohort or two of each: npm run attack has more of them, over all of MNIST. */
const dataset = await openEmbeddedSample();
const defenceOf = (name: string): Defence => {
  const found = defences.find((one) => one.name === name);
  if (!found) throw new Error(`there is no defence ${name}`);
  return found;
};
const [update, sum] = [defenceOf("a single update"), defenceOf("the sum of three")];
const noisy = defenceOf("an update with local noise");
const noisySum = defenceOf("a sum of three with local noise");
const attackedBy = (name: string, defence: Defence, seeds: readonly number[]) => {
  const scenario = scenarios.find((one) => one.name.startsWith(name));
  if (!scenario) throw new Error(`there is no scenario ${name}`);
  return attackAll(dataset, scenario, defence, seeds);
};
const countAbove = (least: number, { matches }: Attacked) =>
  matches.filter(({ correlation }) => correlation > least).length;

describe("without a defence an update is data:", () => {
  test("of a client with one example, its image and its label", async () => {
    const attacked = await attackedBy("1 example", update, [1]);
    expect(attacked).toHaveLength(3);
    for (const one of attacked) {
      expect(one.matches[0]?.correlation).toBeGreaterThan(0.999);
      expect(one.control).toBeLessThan(0.95);
      expect(one.labels).toBeGreaterThan(0.9);
    }
  });

  test("with eight, some of its images, and its label counts", async () => {
    const attacked = await attackedBy("8 examples", update, [1, 2]);
    const { mean, above90, labels, control } = summaryOf(attacked);
    expect(mean).toBeGreaterThan(0.99);
    expect(control).toBeLessThan(0.9);
    expect(above90).toBeGreaterThan(0.25);
    expect(labels).toBeGreaterThan(0.9);
  });

  test("with 64, its label counts, and now and then an image", async () => {
    const { mean, highest, labels } = summaryOf(await attackedBy("64 examples", update, [1, 2, 3]));
    expect(mean).toBeGreaterThan(0.8);
    expect(highest).toBeGreaterThan(0.95);
    expect(labels).toBeGreaterThan(0.6);
  });

  test("of a sum of three, the images of all", async () => {
    const [attacked] = await attackedBy("1 example", sum, [1]);
    expect(attacked?.truth.count).toBe(3);
    expect(attacked && countAbove(0.9, attacked)).toBe(3);
    expect(attacked && countAbove(0.99, attacked)).toBeGreaterThanOrEqual(2);
    const eight = summaryOf(await attackedBy("8 examples", sum, [1, 2]));
    expect(eight.highest).toBeGreaterThan(0.95);
  });
});

test("a sum of three batches is the update of one client that has everybody's examples, to what rounding leaves", async () => {
  const { spec, before, sum, truth } = await playRound(dataset, {
    ...{ clients: 3, examples: 8, hidden: 32, seed: 1 },
  });
  const trainer = await openTrainer("kernel", spec, { kind: "classification" });
  const everybodys = poolExamples(truth);
  const order = () => Uint32Array.from({ length: 24 }, (_, row) => row);
  const options = { learningRate: 0.1, batchSize: 24, epochs: 1, momentum: 0, weightDecay: 0, order };
  const { parameters } = await trainer.train(before, trainer.prepare(everybodys), options);
  const alone = differenceOf(parameters, before);
  expect(normOf(alone)).toBeGreaterThan(0.01);
  expect(distanceOf(sum, alone)).toBeLessThan(1e-4 * normOf(alone));
  const best = [sum, alone].map((one) => matches(invert(spec, one).guesses, everybodys)[0]?.correlation ?? 0);
  expect(best[0]).toBeCloseTo(best[1] ?? 0, 3);
});

describe("with a crafted global model", () => {
  let single: Attacked[];
  beforeAll(async () => {
    single = await attackedBy("600 examples", update, [1]);
  });

  test("single images of clients with 600 examples come back", () => {
    expect(single).toHaveLength(3);
    for (const one of single) expect(countAbove(0.99, one)).toBeGreaterThanOrEqual(3);
  });

  test("and out of the sum of their updates, too", async () => {
    const [attacked] = await attackedBy("600 examples", sum, [1]);
    expect(attacked?.truth.count).toBe(1800);
    expect(attacked && countAbove(0.99, attacked)).toBeGreaterThanOrEqual(3);
  });

  test("the picture has true images over recovered ones", () => {
    const { width, height, data } = decode(pairsPicture([single]));
    const [gap, tile] = [6, 56];
    expect([width, height]).toEqual([10 * (tile + gap) + gap, 2 * tile + 4 * gap]);
    const rowOf = (y: number) => Array.from(data.slice(y * width + gap, y * width + gap + tile));
    for (const y of [10, 28, 40]) {
      const [true_, found] = [rowOf(gap + y), rowOf(gap + tile + gap / 2 + y)];
      true_.forEach((value, i) => {
        expect(Math.abs(value - (found[i] ?? 0))).toBeLessThan(12);
      });
    }
  });
});

describe("with local noise of epsilon 8 nothing comes nearer than a guess without an update:", () => {
  test.each(["1 example", "8 examples", "64 examples", "600 examples"])("%s", async (name) => {
    for (const defence of [noisy, noisySum]) {
      const attacked = await attackedBy(name, defence, [1]);
      expect(attacked.length).toBeGreaterThan(0);
      for (const { matches, control } of attacked) {
        expect(matches[0]?.correlation).toBeGreaterThan(0);
        expect(matches[0]?.correlation).toBeLessThan(0.7 * control);
      }
    }
  });
});

test("what holds nothing of the examples comes no nearer than a guess", async () => {
  const [seen] = await attackAll(
    dataset,
    { name: "8 examples", examples: 8 },
    {
      ...update,
      seen: (released) =>
        update.seen(released).map((one) => ({
          ...one,
          difference: one.difference.map((_, i) => Math.sin(1e4 * i * i)),
        })),
    },
    [1],
  );
  expect(seen?.matches[0]?.correlation).toBeLessThan(0.4);
  expect(seen?.matches[0]?.correlation).toBeLessThan(seen?.control ?? 0);
});

test("a unit that was never active is no guess", () => {
  const spec = { kind: "mlp", features: 2, hidden: [2], outputs: 2 } as const;
  // W of 2 x 2 by inputs, b, then the last layer's
  const difference = Float32Array.of(0.2, 0, 0.6, 0, 0.4, 0, 0, 0, 0, 0, 0.1, -0.1);
  const { guesses, labels } = invert(spec, difference);
  // of the other unit there is no ratio, and of both there are principal directions
  expect(guesses).toHaveLength(1 + 6);
  expect(Array.from(guesses[0] ?? [])).toEqual([expect.closeTo(0.5, 6), expect.closeTo(1.5, 6)]);
  const alike = guesses.map((guess) => Math.abs((guess[0] ?? 0) * 0.6 - (guess[1] ?? 0) * 0.2));
  expect(alike.slice(0, 3).every((value) => value < 1e-6)).toBe(true);
  expect(Array.from(labels)).toEqual([expect.closeTo(0.1, 6), expect.closeTo(-0.1, 6)]);
});

describe("behind masks", () => {
  test("an update is noise to whoever reads it, and the sum of three is what it was", async () => {
    const { single, summed } = await bothBy(
      defenceOf("a masked update"),
      defenceOf("the sum of three masked updates"),
    );
    for (const { matches, control } of single) {
      expect(matches[0]?.correlation).toBeLessThan(0.5 * control);
    }
    expect(summed[0] && countAbove(0.9, summed[0])).toBe(3);
  });

  test("an update is data to two helpers, or all other members, who collude; and its share of noise is none", async () => {
    const { single, summed } = await bothBy(
      defenceOf("a masked update, to two helpers or all other members who collude"),
      defenceOf("a share of distributed noise, to those who collude"),
    );
    for (const { matches } of single) expect(matches[0]?.correlation).toBeGreaterThan(0.999);
    for (const { matches, control } of summed) expect(matches[0]?.correlation).toBeLessThan(0.5 * control);
  });

  test("with distributed noise of epsilon 8 their sum tells no image", async () => {
    for (const name of ["1 example", "8 examples", "64 examples"]) {
      const [attacked] = await attackedBy(name, defenceOf("a sum with distributed noise"), [1]);
      expect(attacked?.matches[0]?.correlation).toBeGreaterThan(0);
      expect(attacked?.matches[0]?.correlation).toBeLessThan(0.7 * (attacked?.control ?? 0));
    }
  });

  test("nobody tells whose an image of the sum is better than by chance, as everybody can without masks", async () => {
    const open = await assign(dataset, 1, [], [1, 2, 3]);
    const masked = await assign(dataset, 1, masks, [1, 2, 3]);
    expect(open.right / open.images).toBeGreaterThan(0.7);
    // 1/3 within three deviations of as many images
    const deviation = Math.sqrt((1 / 3) * (2 / 3) * (1 / masked.images));
    expect(Math.abs(masked.right / masked.images - 1 / 3)).toBeLessThan(3 * deviation);
  });

  test("helpers open no sum of one, and of a model that they have opened none of another set", async () => {
    expect((await difference(dataset)).map(({ answer }) => answer)).toEqual([
      "QuorumNotReached",
      "sums",
      "sums",
      "CohortChanged",
    ]);
  });

  async function bothBy(one: Defence, other: Defence) {
    return {
      single: await attackedBy("1 example", one, [1]),
      summed: await attackedBy("1 example", other, [1]),
    };
  }
});
