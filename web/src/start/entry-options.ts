import { printEntry, readEntry } from './entry.ts';

/** A collected stream or post that a text may mean. */
export type Match = {
  readonly id: string;
  readonly title: string;
  readonly kind: string | null;
  readonly path: string;
};

/** One line below the field: something to open, or something to add. */
export type Option =
  | {
      readonly kind: 'open';
      readonly key: string;
      readonly label: string;
      readonly note: string;
      readonly href: string;
    }
  | {
      readonly kind: 'add';
      readonly key: string;
      readonly label: string;
      readonly note: string;
      readonly text: string;
    };

/** The options for a text, best first; without any, `note` explains why. */
export function entryOptions(
  typed: string,
  matches: readonly Match[],
  collectedPost: string | null,
): { readonly options: readonly Option[]; readonly note: string | null } {
  const entries = readEntry(typed);
  const [first] = entries;
  if (first === undefined) return { options: [], note: null };
  if (first.kind === 'refused') return { options: [], note: first.why };
  if (first.kind === 'channel')
    return {
      options: [
        {
          kind: 'open',
          key: 'channel',
          label: `twitch.tv/${first.login}`,
          note: 'channel on Twitch',
          href: `/twitch/${first.login}`,
        },
      ],
      note: null,
    };

  const opens: Option[] = matches.map(({ id, title, kind, path }) => ({
    kind: 'open',
    key: id,
    label: title,
    note: kind === null ? 'collected' : `${kind}, collected`,
    href: path,
  }));
  const adds: Option[] = [];
  for (const entry of entries) {
    if (entry.kind === 'account')
      adds.push({
        kind: 'add',
        key: 'account',
        label: `Fetch @${entry.handle}`,
        note: 'account on X, price first',
        text: printEntry(entry),
      });
    if (entry.kind === 'topic')
      adds.push({
        kind: 'add',
        key: 'topic',
        label: `Fetch posts with “${entry.query}”`,
        note: 'topic on X, price first',
        text: printEntry(entry),
      });
    if (entry.kind === 'post') {
      if (collectedPost !== null)
        opens.unshift({
          kind: 'open',
          key: 'post',
          label: 'Open this post',
          note: 'collected',
          href: `/post/x/${entry.id}`,
        });
      if (entry.handle !== null)
        adds.push({
          kind: 'add',
          key: 'account',
          label: `Fetch @${entry.handle}`,
          note: 'who wrote this post, price first',
          text: `@${entry.handle}`,
        });
    }
  }
  // An exact match comes before similar names; among others, new subjects come first.
  const meant = first.kind === 'account' ? `@${first.handle}` : first.kind === 'topic' ? first.query : null;
  const isMeant = (option: Option) => option.label.toLowerCase() === meant?.toLowerCase();
  const exact = opens.filter((option) => isMeant(option) || option.key === 'post');
  const known = new Set(exact.map(({ label }) => label.toLowerCase()));
  const fresh = adds.filter(
    ({ kind, text }: Option & { text?: string }) => kind === 'add' && !known.has((text ?? '').toLowerCase()),
  );
  const others = opens.filter((option) => !exact.includes(option));
  const note =
    first.kind === 'post' && first.handle === null && collectedPost === null
      ? 'This address does not name who wrote the post, and it is not collected. Paste one with the name in it.'
      : null;
  return { options: [...exact, ...fresh, ...others], note };
}
