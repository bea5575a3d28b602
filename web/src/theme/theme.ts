import { useSyncExternalStore } from 'react';

/** The chosen theme: one of the two, or the system's. */
export type ThemeChoice = 'system' | 'light' | 'dark';
type Shown = 'light' | 'dark';

const key = 'larkstat:theme';
const listeners = new Set<() => void>();
const system = () => matchMedia('(prefers-color-scheme: dark)');

/** Returns the theme chosen in this browser. */
export function themeChoice(): ThemeChoice {
  try {
    const kept = localStorage.getItem(key);
    return kept === 'light' || kept === 'dark' ? kept : 'system';
  } catch {
    return 'system';
  }
}

/** Chooses a theme, shows it and stores it. */
export function chooseTheme(choice: ThemeChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(key);
    else localStorage.setItem(key, choice);
  } catch {
    // A browser without storage still shows the chosen theme.
  }
  show(choice === 'system' ? (system().matches ? 'dark' : 'light') : choice);
}

/** Shows the other theme. */
export function toggleTheme(): void {
  chooseTheme(shownTheme() === 'dark' ? 'light' : 'dark');
}

/** Returns the current theme. */
export function shownTheme(): Shown {
  return document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';
}

/** The current theme and the choice. */
export function useTheme(): { readonly shown: Shown; readonly choice: ThemeChoice } {
  const shown = useSyncExternalStore(subscribe, shownTheme);
  return { shown, choice: themeChoice() };
}

/** Makes pages print in the light theme, since paper is white. */
export function printInLight(): void {
  let before: Shown = 'light';
  window.addEventListener('beforeprint', () => {
    before = shownTheme();
    show('light');
  });
  window.addEventListener('afterprint', () => show(before));
}

function show(theme: Shown): void {
  document.documentElement.dataset.theme = theme;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  const follow = () => themeChoice() === 'system' && show(system().matches ? 'dark' : 'light');
  const media = system();
  listeners.add(listener);
  media.addEventListener('change', follow);
  return () => {
    listeners.delete(listener);
    media.removeEventListener('change', follow);
  };
}
