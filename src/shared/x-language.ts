/** X's codes that are older or longer than those of ISO 639-1. */
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
 * Converts X's `lang` to ISO 639-1. Null when X says that there is no language: `und`, `zxx`, `art`, and kinds of text
 * that it codes as languages (qme media, qam mentions, qct cashtags, qht hashtags, qst short text). Undefined when X
 * says nothing, so that the language is detected.
 */
export function isoLanguage(lang: string | null | undefined): string | null | undefined {
  if (lang === null || lang === undefined || lang === '') return undefined;
  const code = lang.toLowerCase().split(/[-_]/, 1)[0] ?? '';
  const iso = renamed[code] ?? code;
  return iso.length === 2 ? iso : null;
}
