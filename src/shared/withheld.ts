import { xHandleSource } from './handle.ts';

/** Longest notice, with the names of many countries. */
const noticeMax = 1_000;

const author = `(?:This (?:Tweet|Post|account) from @${xHandleSource}|@${xHandleSource}['’]s account)`;
const countries = `(?: in:? [^\\n]{1,900}?)?`;
const reason = `(?: in response to an? (?:legal demand|court order|report from the copyright holder)| based on local laws?(?:\\(s\\))?)`;
const end = `\\.?(?: Learn more\\.?:?(?: https?://\\S{1,200})?)?$`;

/** X's wording. A notice without an author must give a reason, since a person might write the rest. */
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
 * Whether the text is X's notice in place of a withheld post, and so not by the author: `This Tweet from @ada has been
 * withheld in Germany in response to a legal demand.` When the source says that the post is withheld somewhere, the
 * beginning of a notice is enough. (In other countries the post is shown, and its text is the author's.)
 */
export function isWithheldNotice(text: string, isWithheld = false): boolean {
  if (text.length > noticeMax || !text.includes('withheld')) return false;
  return (isWithheld ? beginning : notice).test(text);
}
