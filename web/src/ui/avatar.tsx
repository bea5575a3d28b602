import { useState } from 'react';
import { cn } from './cn.ts';

/** The picture of an account, kept by this server; its initial on a tint when there is none, or it does not load. */
export function Avatar(props: { name: string; src?: string | null; size?: number; className?: string }) {
  const { name, src = null, size = 32, className } = props;
  const [failed, setFailed] = useState<string | null>(null);
  const initial = [...name.replace(/^[@#]/, '')][0]?.toLocaleUpperCase() ?? '?';
  const box = cn(
    'inline-grid shrink-0 place-content-center overflow-hidden rounded-full bg-brand-soft text-brand',
    className,
  );
  // Pictures of other hosts are not allowed by the page's policy.
  if (src?.startsWith('/') && failed !== src)
    return <img src={src} alt="" width={size} height={size} className={box} onError={() => setFailed(src)} />;
  return (
    <span
      aria-hidden
      className={cn(box, 'font-semibold')}
      style={{ width: size, height: size, fontSize: size * 0.42 }}
    >
      {initial}
    </span>
  );
}
