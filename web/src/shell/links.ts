import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';

/** Paths that the server itself answers: a link to one leaves the dashboard. */
const served = /^\/(graphql|exports|media|health|ready|metrics|assets)(\/|\?|$)/;

/** Returns the dashboard address of a clicked link; null when the browser must follow it. */
export function clickedAddress(event: MouseEvent): string | null {
  if (event.defaultPrevented || event.button !== 0) return null;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  const address = link?.getAttribute('href') ?? '';
  if (link === null || link.target !== '' || link.hasAttribute('download')) return null;
  return address.startsWith('/') && !address.startsWith('//') && !served.test(address) ? address : null;
}

/** Makes plain links to dashboard pages open them without a reload. */
export function usePlainLinks(): void {
  const router = useRouter();
  useEffect(() => {
    const onClick = (event: MouseEvent) => {
      const address = clickedAddress(event);
      if (address === null) return;
      event.preventDefault();
      void router.navigate({ href: address });
    };
    document.addEventListener('click', onClick);
    return () => document.removeEventListener('click', onClick);
  }, [router]);
}
