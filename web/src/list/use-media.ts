import { useSyncExternalStore } from 'react';

/** Whether a media query holds now: for what a stylesheet alone cannot do, such as the height of virtual rows. */
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

/** From here on there is room for a post beside the list. */
export const roomBeside = '(min-width: 1100px)';
/** As long as there is none for a post's figures beside its text. */
export const figuresBelow = '(max-width: 819px)';
