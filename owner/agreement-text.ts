import { kindOf, specOf } from "../shared/model/spec.ts";
import { agreedParameters } from "../shared/owners/against-agreement.ts";
import { hostsOf } from "../shared/owners/agreed-door.ts";
import { type Agreement, agreementSha256, simulatedIn } from "../shared/owners/agreement.ts";
import { fingerprintOf } from "../shared/owners/identity.ts";
import { dataOfSchema } from "../shared/schema/data-of-schema.ts";
import { featureColumns } from "../shared/schema/table-schema.ts";
import { taskOf } from "../shared/task/tasks.ts";
import { visible } from "../shared/visible.ts";
import { type Reading, readingOf, readsEnglish, readsKorean } from "./who-reads.ts";
import { wrapped } from "./wrapped.ts";

/** Columns of a screen that an agreement is read on. */
const width = 100;
/** Names of features that are said. */
const mostNamed = 4;

export type Language = "english" | "korean";

/** What an agreement means for an owner: a paragraph each, on one screen. */
export function agreementText(agreed: Agreement, language: Language): string {
  const paragraphs = language === "english" ? english(factsOf(agreed)) : korean(factsOf(agreed));
  return paragraphs.flatMap((paragraph) => wrapped(paragraph, width)).join("\n");
}

interface Facts extends Reading {
  readonly title: string;
  readonly digest: string;
  readonly members: string;
  /** Names of clients that the coordinator trains itself; empty where there are none. */
  readonly simulated: string;
  readonly columns: string;
  readonly label: string;
  /** Whether classes are predicted, and no number. */
  readonly ofClasses: boolean;
  /** What of an evaluation leaves. */
  readonly evaluated: { readonly english: string; readonly korean: string };
  readonly model: string;
  readonly parameters: number;
  readonly kib: number;
  readonly rounds: number;
  readonly minutes: number;
  /** That an owner's process talks to; null where they are this machine. */
  readonly hosts: string | null;
}

function factsOf(agreed: Agreement): Facts {
  const { federation, version, members, schema, config, waitMinutes, door } = agreed;
  const columns = featureColumns(schema).map(({ name }) => name);
  const model = specOf(config, dataOfSchema(schema));
  const parameters = agreedParameters(agreed);
  const more = columns.length - mostNamed;
  return {
    title: `${federation} ${version}`,
    digest: agreementSha256(agreed).slice(0, 16),
    members: members
      .map(({ name, signingKey }) => `${name} (${fingerprintOf(signingKey).slice(0, 8)})`)
      .join(", "),
    simulated: simulatedIn(agreed)
      .map(({ name }) => name)
      .join(", "),
    columns: `${columns.slice(0, mostNamed).map(short).join(", ")}${more > 0 ? `, +${more}` : ""}`,
    label: short(schema.label.name),
    ofClasses: schema.label.task === "classification",
    evaluated: taskOf(config).words.told,
    model: `${model.kind} ${kindOf(model).shortName(model)}`,
    parameters,
    // float32
    kib: Math.ceil((4 * parameters) / 1024),
    rounds: config.federation.rounds,
    ...readingOf(agreed, short),
    minutes: waitMinutes,
    hosts: door && hostsOf(door).join(", "),
  };
}

const short = (name: string) => visible(name.length > 20 ? `${name.slice(0, 19).toWellFormed()}…` : name);

function english(f: Facts): string[] {
  return [
    `Agreement ${f.title}, digest ${f.digest}: ask that all members see the same.`,
    `Members: ${f.members}. A round takes at least ${f.cohort} of them and waits ${f.minutes} min for each.`,
    ...(f.simulated
      ? [
          `Beside them the coordinator trains clients of its own, on data in its bucket: ${f.simulated}. They sign nothing, nobody ` +
            "checks what they send, and no cohort counts them.",
        ]
      : []),
    `Trained here: ${f.model}, from the columns ${f.columns} to ${f.label}. Your rows stay on your machine.`,
    `What leaves, once: how many examples you have and hold out and, as far as your policy allows, ${f.ofClasses ? "how many of each class, and " : ""}` +
      `each column's${f.ofClasses ? "" : " and the target's"} sum and sum of squares of what you train with.`,
    `What leaves, each round (up to ${f.rounds} a run; your policy limits runs): an update (${f.parameters} numbers, ${f.kib} KiB) ` +
      `and, if allowed, of the model${f.noise ? "" : " (at last also one of your rows alone)"} on rows held out: ${f.evaluated.english}.`,
    `To whom: the coordinator, ${f.hosts === null ? "on this machine" : `by HTTPS to ${f.hosts} alone`}. All members get the models.`,
    readsEnglish(f),
    "What cannot be undone: what has left cannot be called back; a model cannot forget what it learned.",
    "How to leave: fedstep owner leave sends nothing from then on, and writes a file that has the coordinator delete " +
      "what you sent. Accepting binds you to no later version.",
  ];
}

function korean(f: Facts): string[] {
  return [
    `합의서 ${f.title}, 다이제스트 ${f.digest}: 모든 참여자에게 같은 값인지 서로 확인하세요.`,
    `참여자: ${f.members}. 라운드마다 적어도 ${f.cohort}명이 참여하며 한 명을 ${f.minutes}분까지 기다립니다.`,
    ...(f.simulated
      ? [
          `이와 함께 코디네이터가 자기 버킷의 데이터로 직접 학습시키는 클라이언트: ${f.simulated}. 서명하지 않고, 보내는 것을 아무도 확인하지 ` +
            "않으며, 최소 참여자 수에 들지 않습니다.",
        ]
      : []),
    `여기서 학습하는 것: ${f.model}, 열 ${f.columns}에서 ${f.label} 예측. 행은 이 컴퓨터를 떠나지 않습니다.`,
    `한 번 나가는 것: 전체 예제 수와 평가용으로 남겨 둔 예제 수, 그리고 정책이 허용하는 만큼 ${f.ofClasses ? "클래스별 개수와 " : ""}학습에 쓰는 ` +
      `값의 열별${f.ofClasses ? "" : "(예측할 값 포함)"} 합과 제곱합.`,
    `라운드마다(한 실행에 최대 ${f.rounds}번, 실행 횟수는 정책이 제한) 나가는 것: 수 ${f.parameters}개인 업데이트(${f.kib} KiB)와, ` +
      `정책이 허용하면 남겨 둔 예제에 대한 모델의${f.noise ? "" : "(끝에는 내 행만 쓴 모델도)"} ${f.evaluated.korean}.`,
    `받는 쪽: 코디네이터. 접속하는 곳은 ${f.hosts === null ? "이 컴퓨터" : `HTTPS로 ${f.hosts}`} 뿐입니다. 만들어진 모델은 모든 참여자가 받습니다.`,
    readsKorean(f),
    "되돌릴 수 없는 것: 나간 것은 회수할 수 없고, 모델이 배운 것은 지울 수 없습니다.",
    "나가는 방법: fedstep owner leave를 실행하면 그때부터 아무것도 보내지 않고, 보낸 것을 지우게 하는 파일이 " +
      "생깁니다. 동의는 이후 버전에는 효력이 없습니다.",
  ];
}
