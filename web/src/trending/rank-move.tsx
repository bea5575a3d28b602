import { ArrowDown, ArrowUp } from 'lucide-react';
import { Chip } from '../ui/chip.tsx';
import { rankMove } from './figures.ts';

/** The change of a rank since the previous window. Neither direction is good or bad, so it has no colour. */
export function RankMove({ rank, previousRank }: { rank: number; previousRank: number | null }) {
  const move = rankMove(rank, previousRank);
  if (move.kind === 'new') return <Chip tone="brand">new</Chip>;
  if (move.kind === 'same')
    return (
      <span className="text-fg-2">
        <span aria-hidden>–</span>
        <span className="sr-only">same rank</span>
      </span>
    );
  const Arrow = move.kind === 'up' ? ArrowUp : ArrowDown;
  return (
    <span className="nums inline-flex items-center gap-0.5 text-fg-2">
      <Arrow size={12} aria-hidden />
      <span className="sr-only">{move.kind} </span>
      {move.by}
    </span>
  );
}
