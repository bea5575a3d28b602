import { Dialog, DialogContent } from '../ui/dialog.tsx';
import { keyHelp } from './keys.ts';

/** The list of keys. */
export function Help({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent title="Keys">
        <div className="space-y-4">
          {keyHelp.map(({ where, keys }) => (
            <section key={where}>
              <h3 className="mb-1.5 font-medium text-fg-2 text-xs">{where}</h3>
              <dl className="grid grid-cols-[10rem_1fr] gap-x-6 gap-y-1.5 text-sm">
                {keys.map(([pressed, what]) => (
                  <div key={pressed} className="contents">
                    <dt className="font-mono text-fg-2 text-xs leading-[18px]">{pressed}</dt>
                    <dd>{what}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </DialogContent>
    </Dialog>
  );
}
