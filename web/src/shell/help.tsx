import { Dialog, DialogContent } from '../ui/dialog.tsx';
import { keyHelp } from './keys.ts';

/** The list of keys. */
export function Help({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent title="Keys">
        <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-sm">
          {keyHelp.map(([keys, what]) => (
            <div key={keys} className="contents">
              <dt className="font-mono text-fg-2 text-xs leading-[18px]">{keys}</dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </DialogContent>
    </Dialog>
  );
}
