// The word lists and weights of VADER (C.J. Hutto & E.E. Gilbert, ICWSM 2014; MIT), release 3.3.

/** How much a booster intensifies the next word; a dampener weakens it by as much. */
export const boost = 0.293;
/** How much a word in capitals gains when other words are not in capitals. */
export const capitalsBoost = 0.733;
/** A negated word keeps this part of its intensity, with the opposite sign. */
export const negationFactor = -0.74;

/** Words that intensify the next one. */
export const boosters =
  'absolutely amazingly awfully completely considerable considerably decidedly deeply effing enormous enormously entirely especially exceptional exceptionally extreme extremely fabulously flipping flippin frackin fracking fricking frickin frigging friggin fully fuckin fucking fuggin fugging greatly hella highly hugely incredible incredibly intensely major majorly more most particularly purely quite really remarkably so substantially thoroughly total totally tremendous tremendously uber unbelievably unusually utter utterly very'.split(
    ' ',
  );

/** Words that weaken the next one. */
export const dampeners =
  'almost barely hardly kinda kindof kind-of less little marginal marginally occasional occasionally partly scarce scarcely slight slightly somewhat sorta sortof sort-of'.split(
    ' ',
  );

/** Dampeners of two words. */
export const dampeningPhrases: ReadonlySet<string> = new Set(['just enough', 'kind of', 'sort of']);

/** Words that contain `n't` negate too. */
export const negations =
  'aint arent cannot cant couldnt darent didnt doesnt dont hadnt hasnt havent isnt mightnt mustnt neither neednt never none nope nor not nothing nowhere oughtnt shant shouldnt uhuh uh-uh wasnt werent without wont wouldnt rarely seldom despite'.split(
    ' ',
  );

/**
 * Words without an intensity whose absence is good or neutral: the `no` of `no issues` differs from that of `no home`.
 */
export const goodToLack: ReadonlySet<string> = new Set(
  'big biggie brainer bug bugs delay delays drama fees fuss hassle hurry issue issues rush spam spoilers sweat wonder'.split(
    ' ',
  ),
);

/** Phrases whose intensity differs from that of their words. */
export const idioms: ReadonlyMap<string, number> = new Map([
  ['the shit', 3],
  ['the bomb', 3],
  ['bad ass', 1.5],
  ['badass', 1.5],
  ['bus stop', 0],
  ['yeah right', -2],
  ['kiss of death', -1.5],
  ['to die for', 3],
  ['beating heart', 3.1],
  ['broken heart', -2.9],
]);

/** Words that release 3.3 rates differently from the package's list. */
export const amendments: ReadonlyMap<string, number> = new Map([['badass', 1.4]]);
