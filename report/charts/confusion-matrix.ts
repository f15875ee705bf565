import { cell, text } from "@observablehq/plot";
import { shortened } from "../names.ts";
import { wholeNumber } from "../numbers.ts";
import { colour, type Drawing, darkestBehindText, drawing, isNarrow } from "./drawing.ts";

/** Up to so many classes, each cell holds its count. */
const namedClasses = 12;

/** A share of mistakes that is as dark as a cell gets: matrices of good models would otherwise be blank. */
export function darkestMistake(matrices: readonly (readonly (readonly number[])[])[]): number {
  const shares = matrices.flatMap((matrix) =>
    matrix.flatMap((row, actual) => {
      const total = row.reduce((sum, count) => sum + count, 0);
      return row.map((count, predicted) => (predicted === actual || total === 0 ? 0 : count / total));
    }),
  );
  return Math.max(0.01, ...shares);
}

/**
 * Rows are what an example is, columns what the model takes it for. The diagonal, which is right, is shaded by its
 * share of the row; mistakes are shaded in a colour of their own, up to the darkest share.
 */
export function confusionMatrix(
  title: string,
  confusion: readonly (readonly number[])[],
  classes: readonly string[],
  darkest: number,
): Drawing {
  const cells = confusion.flatMap((row, actual) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, predicted) => ({
      actual: classes[actual] ?? "",
      predicted: classes[predicted] ?? "",
      count,
      share: total === 0 ? 0 : count / total,
      right: actual === predicted,
    }));
  });
  type Cell = (typeof cells)[number];
  const strength = ({ share, right }: Cell) =>
    share === 0 ? 0 : 0.04 + (darkestBehindText - 0.04) * (right ? share : Math.min(1, share / darkest));
  const few = classes.length <= namedClasses;
  return (width) => {
    const narrow = isNarrow(width);
    const longest = Math.max(...classes.map(({ length }) => length));
    const room = narrow ? 8 : 14;
    const margin = Math.min(longest, room) * 7 + (narrow ? 27 : 45);
    const side = width - margin;
    const fits = Math.floor(side / classes.length / 7);
    return drawing(title, {
      width,
      height: Math.min(side, 420, classes.length * 64) + 46,
      marginTop: 42,
      marginBottom: 4,
      marginLeft: margin,
      marginRight: 0,
      padding: 0.05,
      x: {
        axis: "top",
        label: "predicted",
        labelAnchor: "center",
        labelArrow: "none",
        tickSize: 0,
        domain: classes,
        tickFormat: (name: string) => shortened(name, fits),
      },
      y: {
        label: "actual",
        labelAnchor: "center",
        labelArrow: "none",
        tickSize: 0,
        domain: classes,
        tickFormat: (name: string) => shortened(name, room),
      },
      marks: [
        cell(cells, {
          x: "predicted",
          y: "actual",
          rx: 3,
          fill: { value: ({ right }: Cell) => (right ? colour.federated : colour.wrong), scale: null },
          fillOpacity: { value: strength, scale: null },
        }),
        ...(few
          ? [
              text(
                cells.filter(({ count }) => count > 0),
                {
                  x: "predicted",
                  y: "actual",
                  text: ({ count }: Cell) => (narrow && count >= 1000 ? String(count) : wholeNumber(count)),
                  fontSize: narrow ? 9.5 : 11,
                  fill: colour.ink,
                },
              ),
            ]
          : []),
      ],
    });
  };
}
