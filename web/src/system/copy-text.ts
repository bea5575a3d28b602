import { toast } from '../ui/toasts.tsx';

/** Copies a text and reports the result. Browsers allow it only on https and on localhost. */
export function copyText(text: string): void {
  const refused = () =>
    toast.error('The browser did not allow copying', { description: 'Select the text and copy it by hand.' });
  if (navigator.clipboard === undefined) refused();
  else void navigator.clipboard.writeText(text).then(() => toast('Copied'), refused);
}
