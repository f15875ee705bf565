import { convertIndexedToRgb, type DecodedPng, decode } from "fast-png";
import { exampleInvalid } from "../../shared/errors.ts";
import { decodePicture, isJpeg } from "../dataset/formats/decode-picture.ts";

/** A picture in shades of grey, row after row: 0 is black, 255 is white. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** height x width */
  readonly light: Float64Array;
}

/** @throws ExampleInvalid naming the file */
export function readPicture(file: string, bytes: Uint8Array): Picture {
  return isJpeg(bytes) ? readJpeg(file, bytes) : readPng(file, bytes);
}

function readJpeg(file: string, bytes: Uint8Array): Picture {
  try {
    const { width, height, channels, values } = decodePicture(file, bytes);
    const light = Float64Array.from({ length: width * height }, (_, pixel) =>
      channels === 1 ? (values[pixel] as number) : greyOf((n) => values[3 * pixel + n] as number),
    );
    return { width, height, light };
  } catch (cause) {
    throw exampleInvalid(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Red, green and blue as ITU-R BT.601 weighs them. */
function greyOf(channel: (n: number) => number): number {
  return 0.299 * channel(0) + 0.587 * channel(1) + 0.114 * channel(2);
}

function readPng(file: string, bytes: Uint8Array): Picture {
  let png: DecodedPng;
  try {
    png = decode(bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw exampleInvalid(`${file} is not a PNG that can be read: ${reason}`, { cause });
  }
  const { width, height, depth, palette } = png;
  const channels = palette ? (palette[0]?.length ?? 0) : png.channels;
  if (!palette && depth !== 8 && depth !== 16) {
    throw exampleInvalid(`${file} has ${depth} bits a channel: save it with 8`);
  }
  const values = palette ? convertIndexedToRgb(png) : png.data;
  const full = !palette && depth === 16 ? 65_535 : 255;
  const light = Float64Array.from({ length: width * height }, (_, pixel) => {
    const channel = (n: number) => (values[pixel * channels + n] as number) / full;
    const grey = channels < 3 ? channel(0) : greyOf(channel);
    const alpha = channels % 2 === 0 ? channel(channels - 1) : 1;
    // what shines through is paper
    return 255 * (alpha * grey + 1 - alpha);
  });
  return { width, height, light };
}
