/**
 * English content words that stopwords-iso lists, since it merges the lists of several search engines of the 1990s.
 * Without this list, "open" and "web" would be missing from the words of an account that writes about the open web.
 */
const content = new Set(
  `abroad abst accordance act adj adopted affected affecting affects ai amount announce appreciate appropriate area
  areas arise arpa associated auth available backed backing bill bills billion beginning beginnings beings biol bottom brief
  buy caption case cases cause causes changes clear click computer contain containing contains copy corresponding course cry
  date dear describe described detail differ doubtful downed downing downs early edu effect empty end ended ending
  ends eu example face faces fact facts fill fire fix forever forward free front full furthered furthering furthers gmt goods
  gov greetings group grouped grouping groups hello help home homepage html ignored immediate importance important index
  indicate indicated indicates information inner int interest interested interesting interests invention inward keys
  length line man member members men microsoft mil mill million mine miss money move movie msie mug net netscape
  noted novel null number numbers obtain obtained omitted open opened opening opens ord order ordered ordering
  orders org page pages parted parting parts past place placed places pmid point pointed pointing points
  poorly predominantly present presented presenting presents problem problems promptly proud ref refs related research
  reserved result resulted resulting results ring room rooms run ran sec second seconds section self selves sensible
  serious side sides significant sincere site sorry state states stop sub system test text thank thanks thanx thick thin
  thorough thoughts tip today together top trillion tv uk undoing useful usefulness uucp value vol vols web webpage website
  welcome wells width willing wish wonder word words work worked working works world wow year years young younger youngest
  zero`.split(/\s+/),
);

/**
 * Contractions (I'll, she'd, we're …) that are words of their own without the apostrophe, and usually mean those words.
 * Others are contractions without their apostrophe (`dont`, `cant`, `lets`), or function words either way (`were`,
 * `its`, `well`).
 */
const likeContractions = new Set(['hell', 'id', 'ill', 'shed', 'shell', 'wed']);

/** All other two-letter entries of the list are country domains. */
const short = new Set(
  `ah al am an as at be by ca cc co de do ed eg eh er et ex ff go gt he hi hm ie if ii im in is it la ll lt me mr ms mt my na nd
  ne no of oh ok on or pp pt qv rd re so st th to ts um up us ve vs we ye`.split(/\s+/),
);

/** Whether an entry of stopwords-iso's English list is a content word. */
export function isContentWord(word: string): boolean {
  return content.has(word) || likeContractions.has(word) || (word.length === 2 && !short.has(word));
}
