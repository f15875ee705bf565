import { z } from "zod";
import { ApiError } from "../endpoint/api-error.ts";

const largestPage = 1000;

export const paging = {
  maxResults: z.int().min(0).max(largestPage).optional(),
  nextToken: z.string().optional(),
};

interface PageRequest {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

interface Listing<Item> {
  /** All there are, in the order in which they are told. */
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  /** Those that were asked for. */
  readonly matches?: (item: Item) => boolean;
}

const usualPage = 100;
const tokenOf = (key: string) => Buffer.from(key).toString("base64url");

/**
 * A page of a list, which may grow at either end, and match otherwise, before the next one is asked for: a token names
 * the last item that was told.
 * @throws InvalidToken where it names none
 */
export function pageOf<Item>({ items, keyOf, matches = () => true }: Listing<Item>, page: PageRequest) {
  const behind = page.nextToken;
  const found = behind === undefined ? -1 : items.findIndex((item) => tokenOf(keyOf(item)) === behind);
  if (behind !== undefined && found < 0) {
    throw new ApiError("InvalidToken", "Invalid Token: 'Invalid token'");
  }
  const left = items.slice(found + 1).filter(matches);
  // 0 means the usual size, as in the service
  const told = left.slice(0, page.maxResults || usualPage);
  const last = told.at(-1);
  const more = told.length < left.length && last !== undefined;
  return { items: told, nextToken: more ? tokenOf(keyOf(last)) : undefined };
}
