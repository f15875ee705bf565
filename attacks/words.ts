/** What the table of the attacks is called in a document. */
export interface Words {
  readonly heading: readonly string[];
  /** Names of scenarios and defences that are other than here. */
  readonly words: Readonly<Record<string, string>>;
}

export const english: Words = {
  heading: [
    ...["each client has", "the attacker sees", "best image, mean", "highest"],
    ...["without an update", "images above 0.9", "label counts"],
  ],
  words: {},
};

export const korean: Words = {
  heading: [
    ...["클라이언트마다", "공격자가 보는 것", "가장 가까운 이미지, 평균", "최고"],
    ...["업데이트 없이", "0.9 넘는 이미지", "라벨 수"],
  ],
  words: {
    "1 example": "예시 1개",
    "8 examples": "예시 8개",
    "64 examples": "예시 64개",
    "600 examples, crafted model": "예시 600개, 만들어진 모델",
    "a single update": "업데이트 하나",
    "the sum of three": "셋의 합",
    "an update with local noise": "로컬 노이즈를 더한 업데이트",
    "a sum of three with local noise": "로컬 노이즈를 더한 셋의 합",
  },
};
