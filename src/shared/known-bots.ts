import { isLogin } from './login.ts';
import { BadInputError } from './errors.ts';

/**
 * Logins of services that write in many chats for their owners. Those that the whitelist of github.com/MrEliasen/twitch-bot-list
 * has (which is made from twitchinsights.net/bots), without those of closed services, and with the accounts that Botrix,
 * Deepbot, Kofi and Stay Hydrated name on their own pages.
 */
export const knownBots: ReadonlySet<string> = new Set(
  (
    'amazefulbot botrixoficial buttsbot creatisbot deepbot fossabot kofistreambot lolrankbot mirrobot moobot nightbot own3d ' +
    'playwithviewersbot pokemoncommunitygame sery_bot songlistbot soundalerts stay_hydrated_bot streamdeckerbot streamelements ' +
    'streamholics streamjar streamkit streamlabs tipeeebot vivbot wizebot wzbot'
  ).split(' '),
);

const changesMax = 500;

/** The known bots with some added, and without those that have a - before them: logins parted by commas. */
export function parseBots(text: string): ReadonlySet<string> {
  const changes = text.split(',').flatMap((each) => each.trim().toLowerCase() || []);
  if (changes.length > changesMax)
    throw new BadInputError(`Too many bots: ${changes.length}, ${changesMax} allowed`);
  const bots = new Set(knownBots);
  for (const change of changes) {
    const login = change.replace(/^-/, '');
    if (!isLogin(login)) throw new BadInputError(`Not a login on Twitch: "${change.slice(0, 40)}"`);
    if (change === login) bots.add(login);
    else bots.delete(login);
  }
  return bots;
}
