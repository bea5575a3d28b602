// Common negations of the most used languages. A language without an entry is scored by its lexicon alone.
const words: Readonly<Record<string, string>> = {
  ar: 'لا ليس ليست لم لن ما غير بدون',
  bg: 'не няма никога без нито',
  ca: 'no mai cap sense ni',
  cs: 'ne není nejsou nikdy bez ani',
  da: 'ikke aldrig ingen intet uden',
  de: 'nicht nie niemals kein keine keinen keiner keinem ohne weder nichts',
  el: 'δεν δε μην μη ποτέ χωρίς ούτε',
  es: 'no nunca jamás ni sin tampoco nada ningún ninguna',
  fa: 'نه نیست نبود بدون هیچ هرگز',
  fi: 'ei en et emme ette eivät ilman koskaan',
  fr: 'ne pas jamais sans ni aucun aucune rien plus',
  he: 'לא אין בלי אף',
  hi: 'नहीं नही मत ना बिना',
  hr: 'ne nije nisu nikad bez niti',
  hu: 'nem ne nincs soha nélkül sem',
  id: 'tidak bukan tak jangan tanpa belum nggak gak',
  it: 'non mai né senza nessun nessuna niente nulla',
  ja: 'ない なかっ ません ず ぬ',
  ko: '안 못 않 없',
  ms: 'tidak bukan tak jangan tanpa belum',
  nl: 'niet geen nooit zonder noch niets',
  no: 'ikke aldri ingen intet uten',
  pl: 'nie nigdy bez ani żaden żadna',
  pt: 'não nao nunca jamais nem sem nenhum nenhuma nada',
  ro: 'nu niciodată fără nici',
  ru: 'не нет никогда без ни',
  sk: 'nie nikdy bez ani',
  sl: 'ne ni niso nikoli brez',
  sr: 'не није нису никад без ne nije nisu nikad bez',
  sv: 'inte aldrig ingen inget utan ej',
  th: 'ไม่ มิ ไร้',
  tl: 'hindi wala huwag',
  tr: 'değil yok asla hiç olmadan',
  uk: 'не ні немає ніколи без',
  vi: 'không chẳng chưa đừng',
  zh: '不 没 没有 不是 无 未 别 從未 沒 沒有',
};

// Languages whose negation follows the negated word: 良くない, iyi değil.
const behind = new Set(['ja', 'ko', 'tr']);

/** A language's negation words, and whether they follow the word that they negate. */
export type Negation = { readonly words: ReadonlySet<string>; readonly follows: boolean };

/** The negation of a language (ISO 639-1); without words when none are known. */
export function negationOf(language: string): Negation {
  return { words: new Set(words[language]?.split(' ')), follows: behind.has(language) };
}
