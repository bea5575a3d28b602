import { isLogin } from './login.ts';
import { BadInputError } from './errors.ts';

/**
 * Logins of bot services that write in many chats for their owners: the whitelist of
 * github.com/MrEliasen/twitch-bot-list (derived from twitchinsights.net/bots), without closed services, plus the
 * accounts that Botrix, Deepbot, Kofi and Stay Hydrated name on their own pages.
 */
export const knownBots: ReadonlySet<string> = new Set(
  (
    'amazefulbot botrixoficial buttsbot creatisbot deepbot fossabot kofistreambot lolrankbot mirrobot moobot nightbot own3d ' +
    'playwithviewersbot pokemoncommunitygame sery_bot songlistbot soundalerts stay_hydrated_bot streamdeckerbot streamelements ' +
    'streamholics streamjar streamkit streamlabs tipeeebot vivbot wizebot wzbot'
  ).split(' '),
);

const changesMax = 500;

/**
 * Returns the known bots with changes: a comma-separated list of logins to add, or to remove when they begin with -.
 */
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
