import { CloudOff } from 'lucide-react';
import { clockOf } from '../format/dates.ts';
import { Chip } from '../ui/chip.tsx';

/** Says that the numbers are of when the server answered last. */
export function OfflineChip({ lostAt, zone }: { lostAt: number; zone: string }) {
  return (
    <Chip tone="warn">
      <CloudOff size={12} /> offline, as of {clockOf(lostAt, zone)}
    </Chip>
  );
}
