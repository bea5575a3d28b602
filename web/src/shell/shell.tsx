import { Link, Outlet, useNavigate, useRouter, useRouterState } from '@tanstack/react-router';
import { Menu as MenuIcon, Search, Share2 } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { openSharing, useSharing } from '../share/dialog-state.ts';
import { canBeShared } from '../share/shared.ts';
import { toggleTheme } from '../theme/theme.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Dialog, DialogTrigger, SheetContent } from '../ui/dialog.tsx';
import { Brand } from './brand.tsx';
import { useKeys } from './keys.ts';
import { usePlainLinks } from './links.ts';
import { navPages } from './nav.ts';
import { NavLinks, SidebarStreamList } from './sidebar.tsx';
import { ThemeButton } from './theme-button.tsx';

const Palette = lazy(() => import('./palette.tsx'));
const ShareDialog = lazy(() => import('../share/share-dialog.tsx'));
const Help = lazy(() => import('./help.tsx').then(({ Help }) => ({ default: Help })));

/** The frame of every page: sidebar from 1100 px, a top bar below, a bottom bar on phones; palette, keys, help. */
export function Shell() {
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const [menu, setMenu] = useState(false);
  const navigate = useNavigate();
  const router = useRouter();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const openPalette = () => setPalette(true);
  const sharing = useSharing();

  usePlainLinks();
  useKeys({
    '/': openPalette,
    '?': () => setHelp(true),
    t: toggleTheme,
    r: () => void router.invalidate(),
    ...Object.fromEntries(
      navPages.flatMap(({ to, key }) =>
        key === undefined ? [] : [[`g ${key}`, () => void navigate({ to })]],
      ),
    ),
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'k' || !(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      setPalette((open) => !open);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: closes when the page changes
  useEffect(() => setMenu(false), [path]);

  return (
    <div className="relative min-h-dvh lg:pl-60 print:pl-0">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-control focus:bg-raised focus:px-3 focus:py-2"
      >
        Skip to the content
      </a>
      {/* As tall as the page, so that its background does not end early; its content stays visible. */}
      <aside className="absolute inset-y-0 left-0 z-30 hidden w-60 border-r bg-surface lg:block print:hidden">
        <div className="sticky top-0 flex max-h-dvh flex-col gap-4 overflow-y-auto p-3">
          <div className="flex items-center justify-between px-2 pt-1">
            <Brand />
            <div className="flex items-center">
              <ShareButton path={path} />
              <ThemeButton />
            </div>
          </div>
          <SearchButton onClick={openPalette} />
          <NavLinks label="Pages" />
          <SidebarStreamList />
        </div>
      </aside>
      <header className="sticky top-0 z-30 flex h-13 items-center justify-between border-b bg-bg px-4 sm:px-8 lg:hidden print:hidden">
        <Brand />
        <div className="flex items-center gap-1">
          <IconButton label="Go to…" onClick={openPalette}>
            <Search size={16} />
          </IconButton>
          <ShareButton path={path} />
          <ThemeButton />
          <Dialog open={menu} onOpenChange={setMenu}>
            <DialogTrigger asChild>
              <IconButton label="Menu">
                <MenuIcon size={16} />
              </IconButton>
            </DialogTrigger>
            <SheetContent side="left" title="larkstat">
              <NavLinks label="Menu" />
              <div className="mt-4">
                <SidebarStreamList />
              </div>
            </SheetContent>
          </Dialog>
        </div>
      </header>
      <main id="content" tabIndex={-1} className="pb-20 outline-none sm:pb-0">
        <Outlet />
      </main>
      <PhoneBar />
      <Suspense fallback={null}>
        {palette && <Palette onClose={() => setPalette(false)} onHelp={() => setHelp(true)} />}
        {sharing !== null && <ShareDialog {...sharing} />}
        {help && <Help open onOpenChange={setHelp} />}
      </Suspense>
    </div>
  );
}

function ShareButton({ path }: { path: string }) {
  if (!canBeShared(path)) return null;
  return (
    <IconButton label="Share this page" data-action="Share this page" onClick={() => openSharing()}>
      <Share2 size={15} />
    </IconButton>
  );
}

function SearchButton({ onClick }: { onClick: () => void }) {
  return (
    <Button onClick={onClick} className="w-full justify-start border-line bg-surface-2 font-normal text-fg-3">
      <Search size={14} />
      <span className="flex-1 text-left">Go to…</span>
      <kbd className="font-sans text-axis">
        {/Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘K' : 'Ctrl K'}
      </kbd>
    </Button>
  );
}

function PhoneBar() {
  const pages = navPages.filter(({ onPhone }) => onPhone);
  if (pages.length < 2) return null;
  return (
    <nav
      aria-label="Most used pages"
      className="fixed inset-x-0 bottom-0 z-30 flex border-t bg-surface pb-[env(safe-area-inset-bottom)] sm:hidden print:hidden"
    >
      {pages.map(({ to, label, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: to === '/' }}
          className="flex h-14 flex-1 flex-col items-center justify-center gap-0.5 text-axis text-fg-2 aria-[current=page]:text-brand"
        >
          <Icon size={18} strokeWidth={1.9} />
          {label}
        </Link>
      ))}
    </nav>
  );
}
