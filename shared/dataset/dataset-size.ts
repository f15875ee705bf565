import { type ObjectSize, objectSize } from "../tensors/object-size.ts";
import type { DatasetRecord } from "../workflow/run-record.ts";

/** Of an owner's number of examples, beside its name. */
const perOwner = 64;

/** How large a data set's object can be, by what its run's configuration says of it. */
export function datasetSize(record: DatasetRecord): ObjectSize {
  const {
    name,
    examples,
    features,
    element,
    classNames = [],
    featureNames = [],
    schema,
    owners = [],
  } = record;
  const names = JSON.stringify([name, classNames, featureNames, schema, owners]);
  // as JSON in JSON a name is twice as long at the most
  const told = 2 * new TextEncoder().encode(names).length + perOwner * owners.length;
  return objectSize(2, examples * (features * (element === "uint8" ? 1 : 4) + 4), told);
}
