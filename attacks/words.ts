/** What the tables of the attacks are called in a document. */
export interface Words {
  /** Headings: of how near images and labels come, of whose images are, of what helpers answer. */
  readonly images: readonly string[];
  readonly assigned: readonly string[];
  readonly asked: readonly string[];
  /** What stands in cells, where it is other than here. */
  readonly words: Readonly<Record<string, string>>;
}

export const english: Words = {
  images: ["the attacker sees", "1 example", "8 examples", "64 examples", "600, crafted model"],
  assigned: ["each client has", "by updates in the open", "by masked updates", "by chance"],
  asked: ["helpers are asked for", "they answer"],
  words: {},
};

export const korean: Words = {
  images: ["공격자가 보는 것", "예시 1개", "예시 8개", "예시 64개", "600개, 만들어진 모델"],
  assigned: ["클라이언트마다", "드러난 업데이트로", "마스크된 업데이트로", "우연히"],
  asked: ["도우미에게 묻는 것", "대답"],
  words: {
    "1 example": "예시 1개",
    "8 examples": "예시 8개",
    "64 examples": "예시 64개",
    "a single update": "업데이트 하나",
    "the sum of three": "셋의 합",
    "an update with local noise": "로컬 잡음을 더한 업데이트",
    "a sum of three with local noise": "로컬 잡음을 더한 셋의 합",
    "a masked update": "마스크된 업데이트",
    "the sum of three masked updates": "마스크된 업데이트 셋의 합",
    "a masked update, to two helpers or all other members who collude":
      "마스크된 업데이트, 공모하는 두 도우미나 다른 모든 구성원에게",
    "a sum with distributed noise": "분산 잡음을 더한 합",
    "a share of distributed noise, to those who collude": "분산 잡음의 몫 하나, 공모하는 사람에게",
    "nothing, of one client": "아무것도 없이, 클라이언트 하나",
    "nothing, of three clients": "아무것도 없이, 클라이언트 셋",
    "the sum of one client": "한 클라이언트의 합",
    "the sum of all four clients": "네 클라이언트 모두의 합",
    "the same sum again": "같은 합을 다시",
    "then the sum of three of them, of the same model": "그 뒤 같은 모델의, 그 가운데 셋의 합",
    sums: "합",
  },
};
