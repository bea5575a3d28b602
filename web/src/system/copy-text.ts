import { toast } from '../ui/toasts.tsx';

/** Copies a text, and says whether that went well. Browsers allow it on https and on this machine only. */
export function copyText(text: string): void {
  const refused = () =>
    toast.error('The browser does not let it be copied', { description: 'Mark it, and copy it by hand.' });
  if (navigator.clipboard === undefined) refused();
  else void navigator.clipboard.writeText(text).then(() => toast('Copied'), refused);
}
