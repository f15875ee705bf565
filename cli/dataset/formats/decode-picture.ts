import { convertIndexedToRgb, type DecodedPng, decode as decodePng, hasPngSignature } from "fast-png";
import { decode as decodeJpeg } from "jpeg-js";
import { datasetInvalid } from "../../../shared/errors.ts";

/** A picture in bytes, pixel by pixel, row after row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Shades of grey, or red, green and blue. */
  readonly channels: 1 | 3;
  /** height x width x channels */
  readonly values: Uint8Array;
}

/** Megabytes that a JPEG may take to decode. */
const mostMegabytes = 512;

/**
 * A PNG or JPEG, by its content. A colour of which each pixel is grey is grey; what is transparent is white behind.
 * @throws DatasetInvalid naming the file
 */
export function decodePicture(file: string, bytes: Uint8Array): Picture {
  try {
    const jpeg = isJpeg(bytes);
    if (!jpeg && !hasPngSignature(bytes)) throw new Error("it begins as neither a PNG nor a JPEG does");
    return asGrey(jpeg ? ofJpeg(bytes) : ofPng(bytes));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw datasetInvalid(
      `${file} is no picture that can be read: ${reason}; write it again, or take it away`,
      { cause },
    );
  }
}

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8;
}

function ofJpeg(bytes: Uint8Array): Picture {
  const decoded = decodeJpeg(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    maxMemoryUsageInMB: mostMegabytes,
  });
  return { width: decoded.width, height: decoded.height, channels: 3, values: decoded.data };
}

function ofPng(bytes: Uint8Array): Picture {
  const png: DecodedPng = decodePng(bytes, { checkCrc: true });
  const { width, height, palette } = png;
  if (!palette && png.depth !== 8 && png.depth !== 16)
    throw new Error(`it has ${png.depth} bits a channel: save it with 8`);
  const channels = palette ? (palette[0]?.length ?? 0) : png.channels;
  const data = palette ? convertIndexedToRgb(png) : png.data;
  const full = !palette && png.depth === 16 ? 65_535 : 255;
  const out = channels < 3 ? 1 : 3;
  const values = new Uint8Array(width * height * out);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = pixel * channels;
    const alpha = channels % 2 === 0 ? (data[from + channels - 1] as number) / full : 1;
    for (let i = 0; i < out; i++) {
      const share = (data[from + i] as number) / full;
      values[pixel * out + i] = Math.round(255 * (alpha * share + 1 - alpha));
    }
  }
  return { width, height, channels: out, values };
}

function asGrey(picture: Picture): Picture {
  const { channels, values, width, height } = picture;
  if (channels === 1) return picture;
  for (let at = 0; at < values.length; at += 3) {
    if (values[at] !== values[at + 1] || values[at] !== values[at + 2]) return picture;
  }
  return {
    width,
    height,
    channels: 1,
    values: Uint8Array.from({ length: width * height }, (_, i) => values[3 * i] ?? 0),
  };
}
