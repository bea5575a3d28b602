// The word lists and weights of VADER (C.J. Hutto & E.E. Gilbert, ICWSM 2014; MIT), as in its release 3.3.

/** How much a booster raises the next word's intensity, and a dampener lowers it. */
export const boost = 0.293;
/** How much capitals among other words raise it. */
export const capitalsBoost = 0.733;
/** A negated word keeps this part of its intensity, with the opposite sign. */
export const negationFactor = -0.74;

/** Words that raise the one after them. */
export const boosters =
  'absolutely amazingly awfully completely considerable considerably decidedly deeply effing enormous enormously entirely especially exceptional exceptionally extreme extremely fabulously flipping flippin frackin fracking fricking frickin frigging friggin fully fuckin fucking fuggin fugging greatly hella highly hugely incredible incredibly intensely major majorly more most particularly purely quite really remarkably so substantially thoroughly total totally tremendous tremendously uber unbelievably unusually utter utterly very'.split(
    ' ',
  );

/** Words that lower the one after them. */
export const dampeners =
  'almost barely hardly kinda kindof kind-of less little marginal marginally occasional occasionally partly scarce scarcely slight slightly somewhat sorta sortof sort-of'.split(
    ' ',
  );

/** Dampeners of two words. */
export const dampeningPhrases: ReadonlySet<string> = new Set(['just enough', 'kind of', 'sort of']);

/** Any word with `n't` negates too. */
export const negations =
  'aint arent cannot cant couldnt darent didnt doesnt dont hadnt hasnt havent isnt mightnt mustnt neither neednt never none nope nor not nothing nowhere oughtnt shant shouldnt uhuh uh-uh wasnt werent without wont wouldnt rarely seldom despite'.split(
    ' ',
  );

/** Words without an intensity that it is good, or no matter, to be without: `no issues` is not the `no` of `no home`. */
export const goodToLack: ReadonlySet<string> = new Set(
  'big biggie brainer bug bugs delay delays drama fees fuss hassle hurry issue issues rush spam spoilers sweat wonder'.split(
    ' ',
  ),
);

/** Phrases whose intensity is not that of their words. */
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

/** Where release 3.3 rates a word otherwise than the list that the package has. */
export const amendments: ReadonlyMap<string, number> = new Map([['badass', 1.4]]);
