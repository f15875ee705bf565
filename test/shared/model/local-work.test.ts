import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { localWork } from "../../../shared/model/local-work.ts";
import { epochOrders } from "../../../shared/model/orders.ts";
import { randomStream } from "../../../shared/random.ts";

const stream = () => randomStream(3, "client-order", 1, 2);
const ordersOf = ({ epochs, order }: ReturnType<typeof localWork>) =>
  Array.from({ length: epochs }, (_, epoch) => [...order(epoch)]);

describe("the local work of a client", () => {
  it("in epochs goes over every example so often", () => {
    const work = localWork({ localEpochs: 3, localSteps: null, batchSize: 4 }, 10, stream());
    expect(work).toMatchObject({ epochs: 3, seen: 30 });
    for (const order of ordersOf(work))
      expect(order.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("in steps takes exactly so many minibatches, in the order that epochs would have", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 40 }),
        (count, batchSize, localSteps) => {
          const work = localWork({ localEpochs: 1, localSteps, batchSize }, count, stream());
          const orders = ordersOf(work);
          const batches = orders.map((order) => Math.ceil(order.length / batchSize));
          expect(batches.reduce((a, b) => a + b)).toBe(localSteps);
          expect(orders.flat()).toHaveLength(work.seen);
          const whole = epochOrders(count, stream());
          for (const [epoch, order] of orders.entries()) {
            expect(order).toEqual([...whole(epoch)].slice(0, order.length));
          }
        },
      ),
    );
  });
});
