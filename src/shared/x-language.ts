/** Codes of X that are older or longer than ISO 639-1's own. */
const renamed: Readonly<Record<string, string>> = {
  in: 'id',
  iw: 'he',
  ji: 'yi',
  jw: 'jv',
  mo: 'ro',
  sh: 'sr',
  ckb: 'ku',
  fil: 'tl',
};

/**
 * The ISO 639-1 code for what X puts in `lang`. Null where X says that there is no language to tell: `und`,
 * `zxx`, `art`, and the kinds of text it codes as languages (qme media, qam mentions, qct cashtags, qht hashtags,
 * qst short text). Undefined when it says nothing, so that the language is detected.
 */
export function isoLanguage(lang: string | null | undefined): string | null | undefined {
  if (lang === null || lang === undefined || lang === '') return undefined;
  const code = lang.toLowerCase().split(/[-_]/, 1)[0] ?? '';
  const iso = renamed[code] ?? code;
  return iso.length === 2 ? iso : null;
}
