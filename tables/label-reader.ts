import { isDecimal } from "../shared/dataset/decimal.ts";
import { type Gaps, gapsOf, outside } from "../shared/schema/encode.ts";
import { numberProblem } from "../shared/schema/number-problem.ts";
import type { TableSchema } from "../shared/schema/table-schema.ts";
import { valuePlaces } from "../shared/schema/value-places.ts";
import type { Decimal } from "./csv/dialect.ts";
import { labelText, parseNumber, withPoint } from "./csv-number.ts";
import { quotedNames } from "./quoted-names.ts";

/** Classes that a message names, and texts of which the class is remembered. */
const [mostNamed, mostRemembered] = [10, 2 ** 12];

/** A class's index or a number to be predicted, or what is wrong with the cell. */
export type Target = number | { readonly problem: string };

const gap: Target = { problem: "is a gap: every row needs a label; fill it in, or leave the row out" };

const noNumber =
  'mend it, leave the row out, or set the schema\'s "task" to "classification", with "classes"';

/** Makes targets of the cells of a schema's label. */
export class LabelReader {
  readonly #label: TableSchema["label"];
  readonly #gaps: Gaps;
  readonly #remembered = new Map<string, Target>();
  readonly #decimal: Decimal;
  readonly #placeOf: ReturnType<typeof valuePlaces>;

  /** @param decimal of the file that the cells are in */
  constructor(schema: TableSchema, decimal: Decimal) {
    this.#label = schema.label;
    this.#gaps = gapsOf(schema);
    this.#decimal = decimal;
    this.#placeOf = valuePlaces(schema.label.classes ?? [], schema.label.spellings);
  }

  read(text: string): Target {
    if (this.#label.task === "regression") return this.#number(text);
    const known = this.#remembered.get(text);
    if (known !== undefined) return known;
    const target = this.#class(text);
    if (this.#remembered.size < mostRemembered) this.#remembered.set(text, target);
    return target;
  }

  #class(text: string): Target {
    const { classes = [] } = this.#label;
    const index = this.#placeOf(labelText(text, this.#decimal));
    if (index !== undefined) return index;
    if (this.#gaps.texts.has(text)) return gap;
    return {
      problem:
        `is ${quotedNames([text], 1, classes)}, and the classes are ${quotedNames(classes, mostNamed, [text])}: write it as one ` +
        `of these, name it in the schema's "spellings", or leave the row out`,
    };
  }

  #number(text: string): Target {
    if (this.#gaps.texts.has(text)) return gap;
    const value = parseNumber(text, this.#decimal);
    if (typeof value === "number") {
      const exact = Number(withPoint(text, this.#decimal));
      if (this.#gaps.numbers.has(exact)) return gap;
      const { range } = this.#label;
      return range && (exact < range[0] || exact > range[1]) ? outside(text, range) : value;
    }
    return { problem: isDecimal(text) ? value : numberProblem(text, noNumber) };
  }
}
