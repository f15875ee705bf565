import { serviceFailed } from "../shared/errors.ts";

interface Page {
  readonly IsTruncated?: boolean | undefined;
}

/**
 * The pages of one of S3's listings. IsTruncated alone says whether there is another one: ListParts and
 * ListMultipartUploads name a marker on their last page too, `0` and the last upload, and the SDK's paginators, which go
 * by the marker, ask for ever.
 * @param ask for the page behind a marker, the first one without
 * @param markerOf where the page behind this one begins
 * @throws ServiceFailed where a page says that there is more, and not where
 */
export async function* listingPages<Listed extends Page, Marker>(
  ask: (behind: Marker | undefined) => Promise<Listed>,
  markerOf: (page: Listed) => Marker | undefined,
): AsyncGenerator<Listed> {
  let behind: Marker | undefined;
  for (;;) {
    const page = await ask(behind);
    yield page;
    if (!page.IsTruncated) return;
    const next = markerOf(page);
    if (next === undefined || JSON.stringify(next) === JSON.stringify(behind)) {
      throw serviceFailed("S3 says that a listing goes on, and not where; what answers for S3 is at fault");
    }
    behind = next;
  }
}
