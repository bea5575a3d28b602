import { useState } from 'react';
import { cn } from './cn.ts';

/** An account's picture, from this server; its initial on a tint when there is none, or it does not load. */
export function Avatar(props: { name: string; src?: string | null; size?: number; className?: string }) {
  const { name, src = null, size = 32, className } = props;
  const [failed, setFailed] = useState<string | null>(null);
  const box = cn(
    'inline-grid shrink-0 place-content-center overflow-hidden rounded-full bg-brand-soft text-brand',
    className,
  );
  // The page's policy forbids pictures of other hosts.
  if (src?.startsWith('/') && failed !== src)
    return <img src={src} alt="" width={size} height={size} className={box} onError={() => setFailed(src)} />;
  return (
    <span
      aria-hidden
      className={cn(box, 'font-semibold')}
      style={{ width: size, height: size, fontSize: size * 0.42 }}
    >
      {initialOf(name)}
    </span>
  );
}

/** The initial of a name: `H` for "The Harbour Ledger", without the article. */
export function initialOf(name: string): string {
  const bare = name.replace(/^[@#]/, '').trim();
  const named = bare.replace(/^(?:the|an?)\s+(?=\S)/i, '');
  return [...named][0]?.toLocaleUpperCase() ?? '?';
}
