import { expect, test } from "vitest";
import { readEntry } from "../../report/page/read-entry.ts";
import { encodersOf } from "../../shared/schema/encode.ts";
import { tableSchema } from "../../shared/schema/table-schema.ts";

const schema = tableSchema.parse({
  format: 1,
  columns: [
    { name: "age", range: [0, 120] },
    { name: "crp", missing: 80 },
    { name: "unit", type: "category", categories: ["other", "None"], missing: "category" },
    { name: "sex", type: "category", categories: ["f", "m"] },
    { name: "seen", type: "date" },
  ],
  label: { name: "y", task: "regression" },
});
const encoders = encodersOf(schema);
const read = (at: number, entry: Parameters<typeof readEntry>[1], bytes = false) => {
  const encoder = encoders[at];
  if (!encoder) throw new Error(`there is no column ${at}`);
  return readEntry(encoder, entry, bytes);
};

test.each([
  ["a number", 0, { written: " 61.5 " }, [61.5]],
  ["an exponent", 0, { written: "1.2e2" }, [120]],
  ["an empty field, where gaps are filled", 1, { written: "  " }, [80, 1]],
  ["what stands for a gap in files", 1, { written: "NA" }, [80, 1]],
  ["a number where there may be gaps", 1, { written: "3" }, [3, 0]],
  ["a category", 2, { chosen: 0 }, [1, 0, 0, 0]],
  ["a category that is called like a gap, which is one in files, too", 2, { chosen: 1 }, [0, 0, 0, 1]],
  ["any other value, whatever a category is called", 2, { chosen: 2 }, [0, 0, 1, 0]],
  ["a gap among categories", 2, { chosen: 3 }, [0, 0, 0, 1]],
  ["any other value where there are no gaps", 3, { chosen: 2 }, [0, 0, 1]],
  ["a date", 4, { written: "1970-01-31" }, [30]],
])("takes %s as a file's cell is taken", (_, at, entry, values) => {
  expect(read(at, entry)).toEqual(values);
});

test.each([
  ["a number out of range", 0, { written: "130" }, "is 130, and the schema takes 0 to 120"],
  ["a word", 0, { written: "much" }, 'is "much", which is no number'],
  [
    "a decimal comma",
    0,
    { written: "3,5" },
    'is "3,5": write numbers without marks between thousands, and with a point before a fraction',
  ],
  ["a share", 0, { written: "5 %" }, 'is "5 %": write the number without the percent sign'],
  ["no finite number", 0, { written: "inf" }, 'is "inf", which is not finite'],
  ["a number too large", 0, { written: "1e99" }, 'is "1e99", which is beyond the range of float32'],
  ["an empty field without gaps", 0, { written: "" }, "is empty, and the models take no gaps here"],
  ["a word for a gap without gaps", 0, { written: "NA" }, "is a gap"],
  ["no date", 4, { written: "2025-02-30" }, 'is "2025-02-30", which is no date as 2026-01-31'],
  ["half a date", 4, { written: "", partial: true }, "is no whole date yet"],
])("says what is wrong with %s, and nothing of files", (_, at, entry, fault) => {
  expect(read(at, entry)).toEqual({ fault });
});

test("takes whole numbers from 0 to 255 alone where the models do", () => {
  expect(read(1, { written: "255" }, true)).toEqual([255, 0]);
  for (const written of ["256", "-1", "0.5"]) {
    expect(read(1, { written }, true)).toEqual({
      fault: `is ${written}, and the models take whole numbers from 0 to 255`,
    });
  }
});
