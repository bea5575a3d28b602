/**
 * English words that posts are about and that stopwords-iso lists all the same, as it joins the lists of several search
 * engines of the nineties: an account that writes of the open web would have neither of the two among its words.
 */
export const tellingWords: ReadonlySet<string> = new Set(
  `abroad act affected ai announce appreciate area areas auth bill bills billion brief buy caption case cases cause causes changes
  click computer copy course detail early effect empty eu face faces fact facts fire fix free front group groups hello help
  home homepage html important index information interest interesting interests invention keys line man member members
  microsoft million miss money move movie net novel number numbers open opened opening opens order orders page pages past
  place places point points problem problems proud research results ring room rooms section self serious site sorry state
  states stop system test text thank thanks thoughts today together trillion tv uk value web webpage website welcome wish
  wonder words work worked working works world year years young younger youngest`.split(/\s+/),
);
