import type { Agreement } from "../shared/owners/agreement.ts";
import { guaranteeIn } from "../shared/privacy/private-steps.ts";
import { sharesOfAll } from "../shared/privacy/shares.ts";
import { isRecomputable, ownersHelp } from "../shared/secure-aggregation/settings.ts";

/** What of an agreement decides who can read what of an owner's rows. */
export interface Reading {
  /** Owners of a round, at least. */
  readonly cohort: number;
  /** Names of whom opens sums of masks, and examples that a sum is over at least; null where nothing is masked. */
  readonly masks: {
    readonly helpers: string;
    readonly examples: number;
    /** Whether each owner may be given masked updates. */
    readonly recomputable: boolean;
  } | null;
  /** What noise promises each row that is trained with; null where there is none. */
  readonly noise: {
    readonly bound: string;
    /** Owners of a sum who have all of the noise together; null where each adds all of it. */
    readonly together: number | null;
  } | null;
}

/** @param short makes a member's name fit */
export function readingOf(
  { config, helpers, minimumCohort: cohort }: Agreement,
  short: (name: string) => string,
): Reading {
  const { minimumExamplesInSum: examples } = config.federation.secureAggregation;
  const guarantee = guaranteeIn(config);
  const { epsilon, noiseMultiplier, delta } = guarantee ?? {};
  const most = epsilon === null ? `sigma ${noiseMultiplier}` : `epsilon ${epsilon}`;
  return {
    cohort,
    masks:
      helpers && ownersHelp(config)
        ? { helpers: helpers.map(short).join(", "), examples, recomputable: isRecomputable(config) }
        : null,
    noise: guarantee
      ? {
          bound: `${most}, delta ${delta}`,
          together: sharesOfAll(config),
        }
      : null,
  };
}

export function readsEnglish({ cohort, masks, noise }: Reading): string {
  const hidden =
    noise &&
    `no row that you train with can be told from it beyond (${noise.bound}) over a run, by noise ` +
      (noise.together === null
        ? "that your own key makes before anything leaves."
        : `that the owners of a sum add together, ${noise.together} of them all of it: a share alone hides less.`) +
      " It does not cover rows held out, nor how many rows you have.";
  if (masks) {
    return (
      `Who could read what: your update leaves behind masks, which ${masks.helpers} help to take off the sum of at least ` +
      `${cohort} owners and ${masks.examples} examples. Two of them together${masks.recomputable ? "" : " with the coordinator"}, or all others of a sum, ` +
      `read your update${hidden ? "" : ", and it can be turned back into your rows"}. Masks hide who, not what: ` +
      (hidden
        ? `of a sum too ${hidden}`
        : "a sum tells of rows as an update does, and a crafted model draws them out.") +
      (masks.recomputable
        ? " Members may fetch masked updates: with recompute in your policy you recompute each model from them before you train on it."
        : "") +
      " One owner can spoil a round."
    );
  }
  const seen =
    "Who could read what: the coordinator, and whoever may read its bucket, sees your update by itself, and there are no " +
    "masks: ";
  if (hidden) return seen + hidden;
  return (
    `${seen}an update can be turned back into your rows. From 1 or 8 images they came back whole, from 64 nearly so, ` +
    "and it tells how many of each class you have. Many examples help little against a crafted model: only noise does, " +
    "and this agreement has none."
  );
}

export function readsKorean({ cohort, masks, noise }: Reading): string {
  const hidden =
    noise &&
    `학습에 쓰는 행 하나에 대해 한 실행에서 (${noise.bound})보다 더 알 수 없습니다. ` +
      (noise.together === null
        ? "내 키로 만든 잡음을 내보내기 전에 더하기 때문입니다."
        : `합에 든 소유자들이 잡음을 나누어 더하고 그 가운데 ${noise.together}명이면 전부입니다. 몫 하나는 덜 숨깁니다.`) +
      " 남겨 둔 행과 행의 개수는 숨기지 않습니다.";
  if (masks) {
    return (
      `누가 무엇을 읽을 수 있나: 업데이트는 마스크를 쓰고 나갑니다. ${masks.helpers}이(가) 소유자 ${cohort}명, 예제 ${masks.examples}개 이상의 ` +
      `합에서만 마스크를 벗깁니다. 이 중 두 명이 ${masks.recomputable ? "서로" : "코디네이터와"} 짜거나, 합에 든 나머지 모두가 짜면 업데이트를 읽` +
      `${hidden ? "을 수 있습니다" : "고 행을 되살릴 수 있습니다"}. 마스크는 누구의 것인지를 숨길 뿐입니다. ` +
      (hidden ? `합에서도 ${hidden}` : "합도 업데이트처럼 행을 드러내고, 이를 노린 모델은 행을 끌어냅니다.") +
      (masks.recomputable
        ? " 구성원은 마스크를 쓴 업데이트를 가져올 수 있고, 정책의 recompute를 켜면 학습하기 전에 모델을 그것으로 다시 계산합니다."
        : "") +
      " 소유자 한 명이 라운드를 망칠 수 있습니다."
    );
  }
  const seen =
    "누가 무엇을 읽을 수 있나: 코디네이터와 그 버킷을 읽을 수 있는 사람은 업데이트를 하나하나 봅니다. 마스크가 없으므로 ";
  if (hidden) return `${seen}업데이트가 그대로 보이지만, ${hidden}`;
  return (
    `${seen}업데이트에서 행을 되살릴 수 있습니다. 이미지 1개나 8개에서는 그대로, 64개에서는 거의 그대로 복원되었고, 클래스별 ` +
    "개수도 드러납니다. 이를 노린 모델에는 예제가 많아도 소용이 적고, 막을 것은 잡음뿐인데 이 합의에는 없습니다."
  );
}
