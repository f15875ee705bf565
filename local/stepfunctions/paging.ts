import { z } from "zod";

const largestPage = 1000;

export const paging = {
  maxResults: z.int().min(0).max(largestPage).optional(),
  nextToken: z.string().regex(/^\d+$/).optional(),
};

interface PageRequest {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

/** A page of a list that only grows at its end; the token is where the next one begins. */
export function pageOf<Item>(items: readonly Item[], page: PageRequest, usual: number) {
  const from = Number(page.nextToken ?? 0);
  // 0 means the usual size, as in the service
  const to = from + (page.maxResults || usual);
  return { items: items.slice(from, to), nextToken: to < items.length ? String(to) : undefined };
}
