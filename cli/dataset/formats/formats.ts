import { datasetInvalid } from "../../../shared/errors.ts";
import type { Origin } from "../../../tables/named-path.ts";
import type { Table } from "../table.ts";
import { cifar } from "./cifar.ts";
import { cifarPickles } from "./cifar-pickles.ts";
import { csv } from "./csv.ts";
import type { DataFormat, Place, Reading, Said } from "./format.ts";
import { idx } from "./idx.ts";
import { npy } from "./npy.ts";
import { npz } from "./npz.ts";
import { parquet } from "./parquet.ts";
import { pictures } from "./pictures.ts";
import { safetensors } from "./safetensors.ts";

/** All formats that data may come in. */
export const formats: readonly DataFormat[] = [
  ...[csv, safetensors, npz, parquet],
  ...[idx, npy, cifar, cifarPickles, pictures],
];

/** What --data and each owner's place may be, for messages. */
export const taken = formats
  .map(({ takes }) => takes)
  .filter((takes) => takes !== "")
  .join(", ");

export interface KnownPlace {
  readonly place: Place;
  readonly format: DataFormat;
  /** The place's name without what tells its format. */
  readonly name: string;
}

/** undefined where no format takes it. @throws DatasetInvalid where more than one does */
export function knownPlace(place: Place, origin: Origin): KnownPlace | undefined {
  const known = formats.flatMap((format) => {
    const name = format.nameOf(place);
    return name === undefined ? [] : [{ place, format, name }];
  });
  const [one, other] = known;
  if (one && other) {
    throw datasetInvalid(
      `${origin}: ${place.path} is ${one.format.called}, and ${other.format.called}, too: leave one of them there`,
    );
  }
  return one;
}

const options: readonly (keyof Said)[] = ["label", "select", "csv"];

/**
 * The labelled rows of each place; what the person says is told to those formats that know what to do with it.
 * @param called how messages call the places
 * @throws DatasetInvalid as the formats do, and where none of them knows an option; the signal's reason
 */
export async function readPlaces(
  places: readonly KnownPlace[],
  called: string,
  reading: Reading,
): Promise<Table[]> {
  const stray = options.find(
    (option) =>
      reading[option] !== undefined && !places.some(({ format }) => format.options.includes(option)),
  );
  if (stray) throw datasetInvalid(`--${stray}: ${called} ${places[0]?.format.called}; leave the option out`);
  const tables: Table[] = [];
  for (const { place, format } of places) {
    const foreign = options.filter((option) => !format.options.includes(option));
    const own = { ...reading, ...Object.fromEntries(foreign.map((option) => [option, undefined])) };
    tables.push(await format.read(place, own));
  }
  return tables;
}
