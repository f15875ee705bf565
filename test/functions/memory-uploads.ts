import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { MemoryBucket } from "./memory-bucket.ts";

interface Upload {
  readonly UploadId: string;
  readonly Key: string;
  readonly parts: Map<number, { readonly Body: Uint8Array; readonly ChecksumSHA256: string }>;
}

/** Has the bucket take objects in parts, as S3 does; the part that is named gets lost once on its way. */
export function takeUploads({ mock, contents }: MemoryBucket, lost?: number): void {
  const open = new Map<string, Upload>();
  const upload = (id: string): Upload => {
    const found = open.get(id);
    if (!found) throw new Error(`there is no upload ${id}`);
    return found;
  };
  let toLose = lost;
  mock.on(CreateMultipartUploadCommand).callsFake(({ Key }) => {
    const UploadId = `upload-${open.size + 1}`;
    open.set(UploadId, { UploadId, Key, parts: new Map() });
    return { UploadId };
  });
  mock.on(UploadPartCommand).callsFake(({ UploadId, PartNumber, Body, ChecksumSHA256 }) => {
    if (PartNumber === toLose) {
      toLose = undefined;
      throw new Error("the line broke");
    }
    upload(UploadId).parts.set(PartNumber, { Body, ChecksumSHA256 });
    return { ETag: `"${PartNumber}"` };
  });
  mock.on(ListMultipartUploadsCommand).callsFake(({ Prefix }) => {
    const Uploads = [...open.values()]
      .filter(({ Key }) => Key.startsWith(Prefix))
      .map(({ UploadId, Key }) => ({ UploadId, Key, ChecksumAlgorithm: "SHA256" }));
    const { Key = "", UploadId = "" } = Uploads.at(-1) ?? {};
    return { Uploads, IsTruncated: false, NextKeyMarker: Key, NextUploadIdMarker: UploadId };
  });
  mock.on(ListPartsCommand).callsFake(({ UploadId }) => ({
    IsTruncated: false,
    NextPartNumberMarker: "0",
    Parts: [...upload(UploadId).parts].map(([PartNumber, { ChecksumSHA256 }]) => ({
      PartNumber,
      ChecksumSHA256,
      ETag: `"${PartNumber}"`,
    })),
  }));
  mock.on(CompleteMultipartUploadCommand).callsFake(({ UploadId, MultipartUpload }) => {
    const { Key, parts } = upload(UploadId);
    const bodies = MultipartUpload.Parts.map(({ PartNumber }: { PartNumber: number }) => {
      const part = parts.get(PartNumber);
      if (!part) throw new Error(`part ${PartNumber} of ${UploadId} never came`);
      return part.Body;
    });
    contents.set(Key, Uint8Array.from(Buffer.concat(bodies)));
    open.delete(UploadId);
    return {};
  });
}
