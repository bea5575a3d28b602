import { useSyncExternalStore } from 'react';

/** Whether a media query matches now: for what CSS alone cannot do, such as the height of virtual rows. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
  );
}

/** From this width on there is room for a post beside the list. */
export const roomBeside = '(min-width: 1100px)';
/** Up to this width there is no room for a post's figures beside its text. */
export const figuresBelow = '(max-width: 819px)';
