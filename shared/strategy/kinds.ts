import { bulyan } from "./bulyan.ts";
import { fedAdagrad } from "./fedadagrad.ts";
import { fedAdam } from "./fedadam.ts";
import { fedAvg } from "./fedavg.ts";
import { fedAvgM } from "./fedavgm.ts";
import { fedNova } from "./fednova.ts";
import { fedProx } from "./fedprox.ts";
import { fedYogi } from "./fedyogi.ts";
import { krum } from "./krum.ts";
import { median } from "./median.ts";
import { multiKrum } from "./multi-krum.ts";
import { scaffold } from "./scaffold.ts";
import { trimmedMean } from "./trimmed-mean.ts";

/** A strategy is a file of its own, and stands here. */
export const strategyKinds = [
  fedAvg,
  fedAvgM,
  fedProx,
  fedAdagrad,
  fedAdam,
  fedYogi,
  scaffold,
  fedNova,
  median,
  trimmedMean,
  krum,
  multiKrum,
  bulyan,
] as const;
