import { bell, type Dice, hash, pickEarly, purpose } from './random.ts';
import { type Theme, themes } from './text/phrasebook.ts';
import { themeTags } from './text/tags.ts';
import type { World } from './world.ts';

/** Hashtags come in clusters of five about one theme, which are used together. */
const clusterSize = 5;

/** The name of the hashtag with that number, without #; different for every number. */
function hashtagName(number: number): string {
  const cluster = Math.floor(number / clusterSize);
  const theme = themes[cluster % themes.length] as Theme; // safe: a remainder
  const names = themeTags[theme];
  const place = Math.floor(cluster / themes.length) * clusterSize + (number % clusterSize);
  const name = names[place % names.length] as string; // safe: a remainder
  const round = Math.floor(place / names.length);
  return round === 0 ? name : `${name}${round + 1}`;
}

/** How much the hashtag is in use, 0 to 1: each rises to its own peak and falls again. */
function hashtagActivity(world: World, number: number, instant: number): number {
  const h = hash(world.seed, number, 0, purpose.hashtag);
  const span = world.end - world.start;
  const peak = world.start + span * (-0.05 + 1.1 * ((h & 0xffff) / 0x1_0000));
  const width = span * (0.03 + 0.22 * ((h >>> 16) / 0x1_0000));
  return 0.04 + 0.96 * bell(instant - peak, width);
}

/** Draws the hashtags of a post about a theme at an instant: none to four, distinct, without #. */
export function drawHashtags(world: World, theme: Theme, instant: number, roll: Dice): readonly string[] {
  const clusters = Math.ceil(world.options.hashtags / clusterSize);
  if (clusters === 0) return [];
  const cluster = drawCluster(clusters, theme, roll);
  const first = drawActive(world, cluster, instant, roll);
  const tags = [hashtagName(first)];
  const more = roll();
  const companions = more < 0.45 ? 0 : more < 0.8 ? 1 : more < 0.95 ? 2 : 3;
  for (let n = 1; n <= companions; n += 1) {
    const number = cluster * clusterSize + ((first + n) % clusterSize);
    if (number < world.options.hashtags) tags.push(hashtagName(number));
  }
  return tags;
}

/** Every tenth cluster is about the same theme; the first of them are the most popular. */
function drawCluster(clusters: number, theme: Theme, roll: Dice): number {
  const offset = themes.indexOf(theme);
  const about = Math.ceil((clusters - offset) / themes.length);
  if (about <= 0) return offset % clusters;
  return offset + themes.length * Math.floor(roll() * roll() * about);
}

/** Draws one of the cluster's hashtags by rejection sampling: those in use at that time are likelier. */
function drawActive(world: World, cluster: number, instant: number, roll: Dice): number {
  const size = Math.min(clusterSize, world.options.hashtags - cluster * clusterSize);
  const members = Array.from({ length: size }, (_, n) => cluster * clusterSize + n);
  let drawn = cluster * clusterSize;
  for (let attempt = 0; attempt < 8; attempt += 1) {
    drawn = pickEarly(members, roll());
    if (roll() < hashtagActivity(world, drawn, instant)) return drawn;
  }
  return drawn;
}
