import { CloudOff } from 'lucide-react';
import { clockOf } from '../format/dates.ts';
import { Chip } from '../ui/chip.tsx';

/** Says from when the numbers are while the server does not answer. */
export function OfflineChip({ lostAt, zone }: { lostAt: number; zone: string }) {
  return (
    <Chip tone="warn">
      <CloudOff size={12} /> offline, as of {clockOf(lostAt, zone)}
    </Chip>
  );
}
