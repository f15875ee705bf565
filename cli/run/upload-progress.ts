import { progressBar } from "../progress-bar.ts";

export interface ShownUpload {
  /** So many of all bytes have arrived. */
  sent(bytes: number, all: number): void;
  /** Leaves the terminal as it was. */
  end(): void;
}

/** A bar of megabytes on a terminal; elsewhere nothing, since the line that begins the upload says all. */
export function showUpload(stream: NodeJS.WriteStream): ShownUpload {
  const bar = progressBar(stream, "uploading {bar} {value} of {total} MB  {eta_formatted} left");
  return { sent: (bytes, all) => bar.told(megabytes(bytes), megabytes(all)), end: () => bar.end() };
}

const megabytes = (bytes: number) => Math.round(bytes / 1e6);
