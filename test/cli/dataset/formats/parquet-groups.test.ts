import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, test, vi } from "vitest";
import { opened } from "./opening.ts";

/** Tells of groups of rows in another order than theirs, as a busy machine may. */
vi.mock("hyparquet", async (original) => {
  const real = await original<typeof import("hyparquet")>();
  return {
    ...real,
    parquetRead: async (options: Parameters<typeof real.parquetRead>[0]) => {
      const chunks: Parameters<NonNullable<typeof options.onChunk>>[0][] = [];
      await real.parquetRead({ ...options, onChunk: (chunk) => void chunks.push(chunk) });
      for (const chunk of chunks.toReversed()) options.onChunk?.(chunk);
    },
  };
});

test("rows have their own labels in whatever order their groups are read", async () => {
  const bytes = parquetWriteBuffer({
    columnData: [
      { name: "age", data: [34, 61, 45, 70, 52], type: "INT32" },
      { name: "outcome", data: ["well", "ill", "ill", "well", "ill"], type: "STRING" },
    ],
    rowGroupSize: 2,
  });
  const { examples } = await opened(
    { "t.parquet": new Uint8Array(bytes) },
    { label: "outcome" },
    "t.parquet",
  );
  expect([...examples.x]).toEqual([34, 61, 45, 70, 52]);
  expect([...examples.y]).toEqual([1, 0, 0, 1, 0]);
});
