import { koreanFunctionWords } from './korean-function-words.ts';

/**
 * Function words that stopwords-iso does not have: particles, pronouns, auxiliaries, and the most general verbs and
 * adverbs. README.md says how they were found.
 */
const lists: Readonly<Record<string, string>> = {
  zh: `没 没有 没什么 还没 并没有 不会 不能 不要 不用 不想 不知道 不是 不错 不同 别 不再 已经 已 现在 正在 刚 刚刚 刚才 以前
    以后 之前 之后 目前 后来 一直 曾经 终于 仍然 依然 马上 再次 经常 总是 有时候 最后 里 里面 里边 上面 下面 中 前 后 外 间 面 中的
    我的 你的 他的 她的 它的 我们的 你们的 他们的 自己的 谁的 人的 的是 都是 也是 我是 你是 他是 这是 那是 真是 是不是 有没有 有人
    说的 做的 写的 看的 用的 太 非常 很多 更加 比较 十分 特别 真 真的 超 挺 相当 几乎 完全 绝对 只能 一下 一点 一种 一位 一次 一句
    一条 一件 一起 一定 两 几个 两个 三个 每个 这种 那种 件 位 条 种 句 款 篇 只 次 把 张 可能 应该 必须 能够 需要 想 要 觉得 知道
    看到 看看 成为 认为 得到 其实 原来 直接 出 成 入 进 起来 出来 出去 上来 上去 下来 下去 过来 过去 进来 回来 了吗 喔 噢 唷 啰 耶
    哈哈哈 哈哈哈哈 呵呵呵 性 化 式 版 转 有点 大概 好像 以及 甚至 否 之 所 怎麼 什麼 甚麼 這裡 那裡 哪裡 這邊`,
  ja: `だから だけど だけ なので なのに けれど けれども しかも だが だけでなく とか とりあえず ところで やはり やっぱり やっと
    もちろん たぶん きっと もし まだまだ もっと とても すごく かなり ちょっと ずっと いつも いつか あまり なんか なんで なんと
    なんて どうして どんな こんな そんな あんな このように そのように みたい みたいな らしい ようだ ように ような ために くらい ぐらい
    ばかり しか さえ ながら すると したら しない しなく しよう している してる してた した して される された されて させ なった
    なって なる なれ ならない であり であった であれ でした でしょ でしょう だった だったら だろう じゃない じゃ ではない ありません
    ません ました まして ましょう ください くださる くれる くれた くれて もらう もらって もらった いただく いただき いただい あげる
    おく おいて しまう しまった しまって いない いなかっ いて いた いった いけない すぎ すぎる すぎて できた できない できなかっ
    ことが ことに ことを ものの わけ わけで はず まま つもり たい たく たかっ かも かもしれない かな かなあ わたし あなた みんな
    うん はい いいえ ええ ああ へえ よし 今 時 時に 方 中 中の 上の 後 後に 前 前に 間 的 者 化 個 全く 全て 全部 自分 誰 誰か 何か 何も
    何で 私たち 僕 俺 君 為 事 物 様 上 下 内 他 又 尚 特 更に 再 以上 以下 以外 以内 という というか`,
  ne: `म मेरो मेरा मेरी मलाई मैले हामी हामीलाई हामीले हाम्रो हाम्रा तिमी तिम्रो तिमीलाई तिमीले तपाईं तपाइँ तपाई तपाईको तपाईंको
    तपाईलाई तपाईंलाई तपाईले उ ऊ उनी उनले उनको उनलाई उसले उसको उसलाई उनीहरू उनीहरु तिनी तिनीहरू यो यी यस यसको यसले यसमा यसलाई यसरी
    यस्तो यस्तै त्यो ती त्यस त्यसको त्यसले त्यसैले त्यसपछि त्यस्तो त्यस्तै आफू आफ्नो आफ्नै आफै को का की ले लाई मा बाट देखि सम्म सँग संग सँगै
    भित्र बाहिर माथि तल अगाडि पछाडि पछि अघि बीच बीचमा लागि लागी बारे बारेमा अनुसार तर्फ तिर द्वारा बिना सहित र तर वा अथवा कि भने अनि
    किनभने यदि त नै पनि मात्र मात्रै भन्दा झैं जस्तो जस्तै जस्ता जब तब जहाँ जुन जो जसले जसको के कुन कुनै को कोही केही केहि किन कसरी कहाँ
    कहिले कति कस्तो छ छन् छन छु छौ छौं छैन छैनन् थियो थिए थिएँ थिइन् हो हुन् हुन हुने हुन्छ हुन्छन् हुँदा हुँदै हुनेछ हुनु हुनुहुन्छ होइन हैन होला
    भयो भए भएको भएका भएर भने भनेर भनेको भन्ने भन्छ भन्छन् गर्न गर्ने गर्नु गर्छ गर्छन् गर्छु गर्दा गर्दै गरेको गरेका गरेर गरे गरी गरियो
    गर्नुहोस् गर्यो गर्‍यो रहेको रहेका रहेछ दिन दिने दिएको जान जाने आएको आए आयो लाग्छ लाग्यो पर्छ पर्ने पर्यो सक्छ सक्ने सकिन्छ अब अहिले
    आज फेरि फेरी सधैं धेरै धेरैजसो अझै अझ एकदम निकै सबै सबैलाई हरेक अरू अरु अर्को एक एउटा दुई यहाँ त्यहाँ न नि है रे ल हजुर होस् हरू हरु`,
  th: `ฉัน ผม คุณ มัน เธอ พวก หนู ครับ คับ ค่ะ คะ ค่า นะ น่ะ นะคะ จ้า จ้ะ จ๊ะ สิ ซิ หรอ เหรอ อ่ะ อะ ละ ล่ะ วะ ว่ะ ไหม มั้ย ทำไม ยังไง อะไร
    แค่ ทำ คน ตอน ตอนนี้ เลย โคตร จริง แบบนี้ อันนี้ อันนั้น`,
  hi: `क्या मैं हम तुम मुझे मुझको मेरा मेरी मेरे हमें हमारा हमारी हमारे तुम्हें तुम्हारा तुम्हारी आप आपका आपकी आपके आपको रही रहा रहे गई गया गए
    गयी अब तब सब क्यों क्यूँ कैसे कैसा कहाँ कहां यहाँ यहां वहाँ वहां मत जी हूँ हूं सकती सकता सकते लिया लेना देना वाली वाला वाले अगर क्योंकि
    नही नहीं सिर्फ बस भी ही तो हाँ हां ना थी थीं`,
  id: `yg dgn utk gak ga nggak ngga enggak aja udah udh sih deh dong nih tuh kok kan kalo klo kayak kyk gue gw gua lu lo loe banget bgt
    biar nya ya gimana gmn tdk jd sdh blm krn karna tp dr pd sm jg lg bs sy km org emang emg pake terus trus abis gitu gini`,
  pt: `vou pra pro pras pros tá tô né vc vcs pq tb tbm aí daí mim comigo contigo`,
  de: `halt nen ner`,
  fr: `oui jai cest jsuis chui bah ouais`,
  tr: `mi mı mu mü bi artık şimdi evet hayır eder ediyor etti bir şey falan filan lan ya yaa yav işte hani böyle şöyle öyle`,
  ar: `يا ليس ليست انا أنا انت أنت اللي مش ده دي دى بس كده عشان ليه ايه فيه لما كمان احنا لسه زي اي شي وش`,
};

// The characters of the words above, and of those of stopwords-iso, that are written otherwise outside the mainland.
const traditional = new Map(
  [
    ...'没沒还還这這个個们們么麼为為时時说說对對来來从從会會过過后後里裡两兩几幾样樣现現经經间間点點边邊虽雖则則与與于於当當让讓给給谁誰许許论論关關将將应應该該请請种種无無尽盡实實觉覺见見别別总總终終刚剛较較进進张張条條吗嗎内內万萬仅僅难難继繼据據换換啰囉转轉并並于於虑慮阵陣题題处處开開发發动動认認为為知知达達连連随隨顺順靠靠够夠绝絕对對几幾乎乎特特别別们們',
  ].flatMap((character, at, all): [string, string][] =>
    at % 2 === 0 ? [[character, all[at + 1] as string]] : [],
  ),
);

/** The words of a list, and in Chinese the same in traditional characters. */
export function inBothScripts(words: readonly string[]): readonly string[] {
  const written = (word: string) => [...word].map((one) => traditional.get(one) ?? one).join('');
  return words.flatMap((word) => [word, written(word)]);
}

/** The function words of a language (ISO 639-1) besides those of stopwords-iso; none where nothing was missing. */
export function moreStopWordsOf(language: string): readonly string[] {
  if (language === 'ko') return koreanFunctionWords();
  return lists[language]?.split(/\s+/) ?? [];
}
