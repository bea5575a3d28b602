import { xHandleSource } from './handle.ts';

/** Characters of a notice at most, with the names of many countries. */
const noticeMax = 1_000;

const author = `(?:This (?:Tweet|Post|account) from @${xHandleSource}|@${xHandleSource}['’]s account)`;
const countries = `(?: in:? [^\\n]{1,900}?)?`;
const reason = `(?: in response to an? (?:legal demand|court order|report from the copyright holder)| based on local laws?(?:\\(s\\))?)`;
const end = `\\.?(?: Learn more\\.?:?(?: https?://\\S{1,200})?)?$`;

/** As X words it. What names no author has to give a reason: a person may say as much. */
const notice = new RegExp(
  `^(?:${author}|This (?:Tweet|Post|account)) (?:has been|is) withheld(?: worldwide)?${countries}${reason}${end}|` +
    `^${author} (?:has been|is) withheld(?: worldwide)?${countries}${end}`,
  'i',
);
const beginning = new RegExp(
  `^(?:This (?:Tweet|Post|account|media)\\b|@${xHandleSource}['’]s account\\b)[^\\n]{0,200}?\\bwithheld\\b`,
  'i',
);

/**
 * Whether the text is what X shows in the place of a post that it withholds, and so none of its author's words: `This Tweet
 * from @ada has been withheld in Germany in response to a legal demand.` When the source says that the post is withheld
 * somewhere, the beginning of a notice will do; elsewhere the post is shown, and its text is the author's.
 */
export function isWithheldNotice(text: string, isWithheld = false): boolean {
  if (text.length > noticeMax || !text.includes('withheld')) return false;
  return (isWithheld ? beginning : notice).test(text);
}
