// Korean attaches particles and endings to the preceding word. So function words are generated here: pronouns and bound
// nouns with each particle, auxiliaries (있다, 없다, 하다, 되다, 이다 …) with each ending.

const words = (text: string) => text.trim().split(/\s+/);

const nouns = words(
  `이것 그것 저것 것 이거 그거 저거 우리 우리들 저희 누구 무엇 여기 거기 저기 어디 자신 자기 당신 너희 그녀 그들 때문 이곳 그곳
  하나 모두 서로 아무것 뭔가`,
);
const particles = words(
  `이 가 은 는 을 를 의 에 도 만 로 으로 와 과 랑 이랑 에게 에게는 한테 에서 에서는 에서도 에는 에도 부터 까지 까지도 처럼 보다
  라도 이라도 조차 마저 밖에 마다 들 들이 들은 들을 들의 이다 라는 이라는 라고 이라고 인 인데 이고 이며 인지 인가 일 일까 일까요
  입니다 이에요 예요 이지만 이라 라`,
);

/** Used as they are: with particles attached they would become other words (나라 means land). */
const fixed = words(
  `나 나는 나를 나도 나만 나의 나와 나에게 나한테 난 날 내 내가 내게 저 저는 저를 저도 저만 저의 저와 저에게 전 절 제 제가 제게 너 너는 너를
  너도 너의 넌 널 네 네가 니가 그 그는 그를 그도 그의 그와 그에게 그가 이 누가 뭐 뭐가 뭐라 뭐라고 뭔 뭘 뭣 머 먼가 무슨 어느 어떤 어떻게 어케 어찌
  왜 언제 언제나 얼마나 이런 그런 저런 이렇게 그렇게 저렇게 이건 그건 저건 이걸 그걸 저걸 이게 그게 저게 여긴 거긴 건 걸 게 거 거는 거나 거야
  거예요 거에요 거라 거라고 거죠 거지 거니까 겁니다 건데 건가 건가요 건지 걸까 걸까요 수 수가 수는 수도 수밖에 때 때는 때도 때가 때까지 때부터
  때마다 때의 때만 데 줄 줄은 줄도 바 뿐 뿐만 뿐이다 뿐입니다 듯 듯이 듯한 듯하다 듯합니다 듯해요 중 중에 중에서 중의 중인 후 후에 전에 분 분이 분은
  분도 분들 분들이 분들은 분들을 분들의 님 님이 님도 등 등등 등의 등을 등이 만큼 대로 정도 정도로 정도의 정도는 자체 자체가
  더 더욱 더욱더 잘 너무 너무나 그냥 정말 정말로 가장 제일 모든 다 다들 다시 이제 이제는 이젠 지금 지금은 꼭 제대로 이미 아직 아직도 역시 웬지
  왠지 아주 매우 무척 굉장히 절대 절대로 계속 사실 항상 늘 점점 진짜 솔직히 별로 전혀 거의 완전 먼저 막상 나름 벌써 그다지 문득 가끔 자주 여러
  아무리 아무 아무도 아마 아마도 혹시 만약 또 또는 및 즉 그러나 하지만 그리고 그래서 그런데 그런 그러면 그럼 그래 그래도 그러니까 그나저나 근데
  물론 특히 바로 좀 조금 많이 많은 많고 많다 많네요 많습니다 도대체 도데체 이번 이번에 같이 함께 통해 통한 통해서 위해 위한 위해서 위하여 대한
  대해 대해서 대하여 관한 관해 의한 의해 따라 따라서 따른 말고 가지고 덕분에 없이 한번 또한 오직 단지 막 각 새 한 두 세 몇 안 못
  주세요 주시면 주는 준 줘 줘요 주고 해주세요 해주시면 해주는 해줘 보고 보니 보면 보면서 보는 볼 본 봅니다 봐 봐요 봤는데 바랍니다 부탁드립니다
  알고 아는 아시는 알 모르는 모르겠다 모르겠네요 계신 계신가요 계시는 계십니다 음 흠 흠흠 킁 큼 훔 아 어 오 와 우와 헐 하아 에휴 휴 네 예 응 아니요 아뇨 헤헤 히히`,
);

/** Stems that end in a consonant take a vowel before the ending: 있으면, 있어. */
const closedStems = words('있 없 같 않 싶 많');
const afterConsonant = words(
  `다 는 는다 는다고 는다는 는다면 은 을 고 지 지만 지는 지도 네 네요 나 나요 니 니까 냐 던 도록 으면 으면서 으니 으니까 으며 은데 은데요 는데 는데요 는지
  은지 은가 은가요 는가 을까 을까요 을지 을지도 을 을듯 을텐데 습니다 습니까 습니다만 어 어서 어야 어도 어요 아 아서 아도 아요 았다
  었다 았는데 었는데 았던 었던 았습니다 었습니다 았을 었을 었으면 았으면 다는 다고 다면 다가 음 기 게 겠다 겠다는 겠습니다 겠네요 겠지만
  겠지 죠 지요 으신 으시면 으신가요 거든 거든요 자 잖아 잖아요 다니 든 든지 길`,
);

/** Stems that end in a vowel take the consonant itself (하 + ㄴ = 한) and merge with a vowel (하여 = 해). */
const openStems: readonly (readonly [stem: string, withVowel: string, past: string])[] = [
  ['하', '해', '했'],
  ['못하', '못해', '못했'],
  ['되', '돼', '됐'],
  ['되', '되어', '되었'],
  ['안되', '안돼', '안됐'],
  ['아니', '아니어', '아니었'],
  ['이', '이어', '이었'],
];
const afterVowel = words(
  `다 는 고 고요 지 지는 지도 지만 네 네요 나 나요 니 니까 던 도록 면 면서 려 려고 려면 러 며 는데 는데요 는지 는가 는군 는군요 게 기 기도
  기는 기에 겠다 겠습니다 겠네요 죠 지요 자 자고 자면 거나 든 든지 더라 더라도 더니 느라 신 시는 시면 세요 십니다 시다 라 라고 라는 라서 라도`,
);
const finals: readonly (readonly [final: number, endings: string])[] = [
  [4, '- 다 다고 다는 다면 데 데요 지 가 가요'],
  [8, '- 까 까요 지 지도 수 수록 때 게 게요 듯'],
  [16, '-'],
  [17, '니다 니까 니다만 시다'],
];
const afterFullVowel = words('- 서 도 야 요 라 야지 야만 야겠다');
const afterPast = words(
  '다 다고 다는 다면 는데 는데요 던 던데 고 지만 지 네 네요 습니다 습니까 어 어요 을 을까 으면 으나 더니 음 나 나요 죠',
);

/** Adds a final consonant, by its number in Unicode's order, to a syllable: 하 and 4 (ㄴ) give 한. */
function withFinal(stem: string, final: number): string {
  return stem.slice(0, -1) + String.fromCharCode(stem.charCodeAt(stem.length - 1) + final);
}

const joined = (stems: readonly string[], endings: readonly string[]) =>
  stems.flatMap((stem) => endings.map((ending) => (ending === '-' ? stem : stem + ending)));

/** Laughing and crying, written as repeated letters: ㅋㅋㅋ, ㅠㅠ. */
const laughter = [...'ㅋㅎㅠㅜㅡㅇㄷㄱㄴ'].flatMap((letter) =>
  Array.from({ length: 20 }, (_, at) => letter.repeat(at + 1)),
);

/** About five thousand words, generated when the first Korean post is read. */
export function koreanFunctionWords(): readonly string[] {
  return [
    ...fixed,
    ...nouns,
    ...joined(nouns, particles),
    ...joined(closedStems, afterConsonant),
    ...openStems.flatMap(([stem, withVowel, past]) => [
      ...joined([stem], afterVowel),
      ...finals.flatMap(([final, endings]) => joined([withFinal(stem, final)], words(endings))),
      ...joined([withVowel], afterFullVowel),
      ...joined([past], afterPast),
    ]),
    ...laughter,
  ];
}
