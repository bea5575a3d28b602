import { useNavigate, useRouter } from '@tanstack/react-router';
import { Command } from 'cmdk';
import {
  AtSign,
  Keyboard,
  Monitor,
  Moon,
  Plus,
  Radio,
  RefreshCw,
  Search,
  Sun,
  TrendingUp,
  Zap,
} from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useQuery } from 'urql';
import { chooseTheme, type ThemeChoice, themeChoice } from '../theme/theme.ts';
import { Dialog, DialogContent } from '../ui/dialog.tsx';
import { useSettled } from '../ui/use-settled.ts';
import { navPages } from './nav.ts';
import { pageActions } from './page-actions.ts';
import { PaletteStreams } from './queries.ts';
import { addFieldId } from './add-field-id.ts';
import { streamKind, streamPath } from './stream-link.ts';

const addLabel = 'Add an account, a topic or a channel';

const row =
  'flex h-9 cursor-pointer items-center gap-2.5 rounded-control px-2.5 text-sm data-[selected=true]:bg-hover pointer-coarse:h-11';
const group =
  '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-fg-3 [&_[cmdk-group-heading]]:text-xs';

const themes: readonly {
  readonly choice: ThemeChoice;
  readonly label: string;
  readonly icon: typeof Sun;
}[] = [
  { choice: 'light', label: 'Light theme', icon: Sun },
  { choice: 'dark', label: 'Dark theme', icon: Moon },
  { choice: 'system', label: 'Theme of the system', icon: Monitor },
];

/** The command palette: streams, pages, actions, a search of the posts, adding an account. */
export default function Palette({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const [typed, setTyped] = useState('');
  const search = useSettled(typed.trim(), 120);
  const navigate = useNavigate();
  const router = useRouter();
  const [ofPage] = useState(pageActions);
  const [{ data }] = useQuery({ query: PaletteStreams, variables: { search } });
  const handle = /^@?(\w{1,15})$/.exec(typed.trim())?.[1];

  const login = /^(?:https?:\/\/)?(?:www\.|m\.)?twitch\.tv\/(\w{1,25})\/?$/i
    .exec(typed.trim())?.[1]
    ?.toLowerCase();

  const then = (act: () => void) => () => {
    onClose();
    act();
  };
  // A closing dialog restores the focus, which would immediately close a popover opened next to a button.
  const afterwards = (act: () => void) => then(() => setTimeout(act, 50));
  const go = (href: string) => then(() => void navigate({ href }));
  const words = typed.toLowerCase().split(/\s+/);
  const matches = (label: string) => words.every((word) => label.toLowerCase().includes(word));
  const offer = (key: string, label: string, icon: ReactNode, onSelect: () => void) => (
    <Command.Item key={key} value={key} onSelect={onSelect} className={row}>
      {icon}
      <span className="truncate">{label}</span>
    </Command.Item>
  );
  const here = ofPage.filter(({ label }) => matches(label));
  const addSomething = async () => {
    await navigate({ to: '/' });
    // The page's code may still be loading.
    for (let tries = 0; tries < 50 && document.getElementById(addFieldId) === null; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    document.getElementById(addFieldId)?.focus();
  };
  const pages = navPages.filter(({ label }) => matches(label));
  const has = (to: string) => navPages.some((page) => page.to === to);
  const streams = data?.streams.nodes ?? [];

  return (
    <Dialog open onOpenChange={(open) => open || onClose()}>
      <DialogContent title="Go to" hideTitle className="p-0">
        <Command key={streams[0]?.id ?? 'none'} shouldFilter={false} label="Go to">
          <div className="flex items-center gap-2 border-b px-3">
            <Search size={15} className="text-fg-3" />
            <Command.Input
              autoFocus
              value={typed}
              onValueChange={setTyped}
              placeholder="A stream, a page, an action…"
              className="h-12 flex-1 bg-transparent text-base outline-none placeholder:text-fg-3"
            />
          </div>
          <Command.List className="max-h-[46vh] overflow-y-auto p-2">
            <Command.Empty className="px-2.5 py-6 text-center text-fg-2 text-sm">No matches</Command.Empty>
            {streams.length > 0 && (
              <Command.Group heading="Streams" className={group}>
                {streams.map((stream) => (
                  <Command.Item
                    key={stream.id}
                    value={stream.id}
                    onSelect={go(streamPath(stream))}
                    className={row}
                  >
                    <TrendingUp size={15} className="text-fg-3" />
                    <span className="truncate">{stream.title}</span>
                    <span className="text-fg-2 text-xs">{streamKind(stream)}</span>
                  </Command.Item>
                ))}
              </Command.Group>
            )}
            {here.length > 0 && (
              <Command.Group heading="On this page" className={group}>
                {here.map(({ label, run }) =>
                  offer(`here ${label}`, label, <Zap size={15} className="text-fg-3" />, afterwards(run)),
                )}
              </Command.Group>
            )}
            {pages.length > 0 && (
              <Command.Group heading="Pages" className={group}>
                {pages.map(({ to, label, icon: Icon }) =>
                  offer(to, label, <Icon size={15} className="text-fg-3" />, go(to)),
                )}
              </Command.Group>
            )}
            <Command.Group heading="Actions" className={group}>
              {typed.trim() !== '' &&
                has('/posts') &&
                offer(
                  'search',
                  `Search posts for “${typed.trim()}”`,
                  <Search size={15} className="text-fg-3" />,
                  go(`/posts?${new URLSearchParams({ q: typed.trim() })}`),
                )}
              {handle !== undefined &&
                offer(
                  'add',
                  `Add @${handle}`,
                  <AtSign size={15} className="text-fg-3" />,
                  go(`/?${new URLSearchParams({ add: `@${handle}` })}`),
                )}
              {login !== undefined &&
                offer(
                  'channel',
                  `Open twitch.tv/${login}`,
                  <Radio size={15} className="text-fg-3" />,
                  go(`/twitch/${login}`),
                )}
              {matches(addLabel) &&
                offer(
                  'add-any',
                  addLabel,
                  <Plus size={15} className="text-fg-3" />,
                  then(() => void addSomething()),
                )}
              {matches('Refresh') &&
                offer(
                  'refresh',
                  'Refresh',
                  <RefreshCw size={15} className="text-fg-3" />,
                  then(() => void router.invalidate()),
                )}
              {themes
                .filter(({ choice, label }) => choice !== themeChoice() && matches(label))
                .map(({ choice, label, icon: Icon }) =>
                  offer(
                    choice,
                    label,
                    <Icon size={15} className="text-fg-3" />,
                    then(() => chooseTheme(choice)),
                  ),
                )}
              {matches('Keys') &&
                offer('keys', 'Keys', <Keyboard size={15} className="text-fg-3" />, then(onHelp))}
            </Command.Group>
          </Command.List>
        </Command>
      </DialogContent>
    </Dialog>
  );
}
