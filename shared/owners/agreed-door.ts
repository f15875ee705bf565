import * as z from "zod";

/** By name, so that a certificate says whose it is: no address of a network, and no machine without a domain. */
const isPublicName = (host: string) => /\.[a-z][a-z0-9-]*$/.test(host) && !host.endsWith(".localhost");

const address = (shape: (url: URL) => string, takes: string) =>
  z
    .url()
    .max(2048)
    .refine((text) => {
      const url = new URL(text);
      return url.protocol === "https:" && isPublicName(url.hostname) && shape(url) === text;
    }, takes);

/**
 * Where owners without AWS ask for jobs, and where they read and write what belongs to one: part of the agreement, so that an
 * owner's process talks to no other host whatever it is told.
 */
export const agreedDoor = z.strictObject({
  url: address(({ origin, pathname }) => `${origin}${pathname}`, "takes https://HOST/PATH, and no address"),
  /** Origin of the bucket. */
  storage: address(({ origin }) => origin, "takes https://HOST without a path, and no address"),
});

export type AgreedDoor = Readonly<z.output<typeof agreedDoor>>;

/** The two, or the one, that a firewall has to let through. */
export function hostsOf({ url, storage }: AgreedDoor): string[] {
  return [...new Set([url, storage].map((one) => new URL(one).host))];
}
