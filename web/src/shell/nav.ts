import {
  Activity,
  GitCompareArrows,
  House,
  type LucideIcon,
  MessagesSquare,
  ScrollText,
  ServerCog,
  TrendingUp,
} from 'lucide-react';

/** A page that the navigation offers. */
export type NavPage = {
  readonly to: string;
  readonly label: string;
  readonly icon: LucideIcon;
  /** The letter after `g` that opens it. */
  readonly key?: string;
  /** Whether it is in the bottom bar of a phone, which has room for five. */
  readonly onPhone?: boolean;
};

/** The pages in order. A new page is added here, and its route in `router.tsx`. */
export const navPages: readonly NavPage[] = [
  { to: '/', label: 'Start', icon: House, key: 's', onPhone: true },
  { to: '/trending', label: 'Trending', icon: TrendingUp, key: 't', onPhone: true },
  { to: '/compare', label: 'Compare', icon: GitCompareArrows, key: 'c' },
  { to: '/conversations', label: 'Conversations', icon: MessagesSquare },
  { to: '/posts', label: 'Posts', icon: ScrollText, key: 'p', onPhone: true },
  { to: '/jobs', label: 'Jobs', icon: Activity, key: 'j', onPhone: true },
  { to: '/system', label: 'System', icon: ServerCog },
];
