import { english } from './english.ts';
import { german } from './german.ts';
import { japanese } from './japanese.ts';
import { type CompiledBook, compileBook, type Language } from './phrasebook.ts';
import { french, portuguese, spanish } from './romance.ts';
import { arabic, hindi, nepali } from './southern.ts';

/** The sentences by language and theme. */
export const library: Readonly<Record<Language, CompiledBook>> = {
  en: compileBook(english),
  de: compileBook(german),
  es: compileBook(spanish),
  fr: compileBook(french),
  pt: compileBook(portuguese),
  ja: compileBook(japanese),
  hi: compileBook(hindi),
  ne: compileBook(nepali),
  ar: compileBook(arabic),
};
