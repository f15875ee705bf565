import { centreDigit, mnistSide } from "../../shared/dataset/centring.ts";
import { exampleInvalid } from "../../shared/errors.ts";
import type { DatasetRecord } from "../../shared/workflow/run-record.ts";
import type { Example } from "./example.ts";
import { inkOf } from "./ink.ts";
import { readPicture } from "./read-picture.ts";

/**
 * A picture as an example of the data set. What is drawn on it is centred as MNIST does where the data set has images
 * of MNIST's size, unless it is to be taken as it is.
 * @throws ExampleInvalid naming the file and what the model takes
 */
export function pictureExample(
  file: string,
  bytes: Uint8Array,
  { name, features, imageShape, element }: DatasetRecord,
  asIs: boolean,
): Example {
  if (!imageShape) {
    throw exampleInvalid(
      `${file} is a picture, and ${name} has rows of ${features} features: give a CSV file with such rows`,
    );
  }
  if (element === "float32") {
    throw exampleInvalid(
      `${file}: the images of ${name} are floats, and nothing says which of them a picture's black and white are: ` +
        "give a CSV file with their values",
    );
  }
  const picture = readPicture(file, bytes);
  const [rows, columns] = imageShape;
  if (!asIs && rows === mnistSide && columns === mnistSide) {
    const values = centreDigit(inkOf(picture));
    if (values.every((value) => value === 0))
      throw exampleInvalid(`${file} is blank: nothing is drawn on it`);
    return { source: file, file, values };
  }
  if (picture.width !== columns || picture.height !== rows) {
    throw exampleInvalid(
      `${file} is ${picture.height} x ${picture.width} pixels, and the images of ${name} are ${rows} x ${columns}`,
    );
  }
  return { source: file, file, values: Uint8Array.from(picture.light, Math.round) };
}
