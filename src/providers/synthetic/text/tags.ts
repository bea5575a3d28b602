import type { Theme } from './phrasebook.ts';

/** Hashtags by theme, fifteen each, all distinct: three clusters of five that are used together. */
export const themeTags: Readonly<Record<Theme, readonly string[]>> = {
  news: words(
    'breaking localnews citycouncil transit housing election budget newsroom journalism publicrecords',
    'schools weather publichealth courts waterfront',
  ),
  code: words(
    'opensource typescript postgres graphql nodejs rustlang linux webdev devops selfhosted',
    'softwareentwicklung programacion 100DaysOfCode codereview buildinpublic',
  ),
  coffee: words(
    'coffee latteart espresso pourover baristalife specialtycoffee coffeeroaster homebarista kissaten flatwhite',
    'コーヒー カフェ ラテアート kaffee cafe',
  ),
  photography: words(
    'photography streetphotography 35mm filmphotography goldenhour landscape himalaya mountains sunrise analogue',
    '写真 東京 fotografie fotografía फोटो',
  ),
  sport: words(
    'football matchday derby goaloftheseason transfernews running marathon cycling triathlon parkrun',
    'futebol fútbol bundesliga खेल كرة_القدم',
  ),
  music: words(
    'music newmusic livemusic vinyl nowplaying indie jazz synthwave festival songwriter',
    'música musik música_nova संगीत موسيقى',
  ),
  food: words(
    'foodie homecooking recipe sourdough baking streetfood ramen vegan brunch momo',
    'receta cuisine kochen comida खाना',
  ),
  travel: words(
    'travel wanderlust trekking backpacking traintravel slowtravel roadtrip islandlife visitnepal nightbus',
    'viajes voyage reisen 旅行 यात्रा',
  ),
  science: words(
    'science climate astronomy space physics biology openaccess openscience phdlife research',
    'ciencia wissenschaft पर्यावरण recherche علوم',
  ),
  games: words(
    'gaming indiegame gamedev speedrun retrogaming boardgames chess rpg pixelart gamejam',
    'videojuegos jogos ゲーム spiele ألعاب',
  ),
};

function words(...lines: readonly string[]): readonly string[] {
  return lines.join(' ').split(' ');
}
