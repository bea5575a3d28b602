import { X } from 'lucide-react';
import { Dialog as Parts } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from './button.tsx';
import { cn } from './cn.ts';

/** Holds a dialog's open state; `DialogContent` and `SheetContent` go inside. */
export const Dialog = Parts.Root;
/** Opens its dialog. */
export const DialogTrigger = Parts.Trigger;
/** Closes its dialog. */
export const DialogClose = Parts.Close;

type Content = {
  /** The dialog's name. */
  title: string;
  /** Whether the name is for screen readers only. */
  hideTitle?: boolean;
  description?: string;
  children: ReactNode;
  className?: string;
};

const backdrop =
  'fixed inset-0 z-40 bg-black/45 data-[state=closed]:animate-out data-[state=open]:animate-in data-[state=closed]:fade-out-0 data-[state=open]:fade-in-0 duration-200';

function Head({ title, hideTitle = false, description }: Content) {
  return (
    <>
      <div className={cn('mb-3 flex items-start justify-between gap-4', hideTitle && 'sr-only')}>
        <Parts.Title className="font-semibold text-lg">{title}</Parts.Title>
        {!hideTitle && (
          <Parts.Close asChild>
            <IconButton label="Close" className="-mt-1 -mr-1">
              <X size={15} />
            </IconButton>
          </Parts.Close>
        )}
      </div>
      {description !== undefined && (
        <Parts.Description className="mb-4 text-fg-2">{description}</Parts.Description>
      )}
    </>
  );
}

/** A dialog in the middle of the page. */
export function DialogContent(props: Content) {
  const described = props.description === undefined ? { 'aria-describedby': undefined } : {};
  return (
    <Parts.Portal>
      <Parts.Overlay className={backdrop} />
      <Parts.Content
        {...described}
        className={cn(
          '-translate-x-1/2 fixed top-[12vh] left-1/2 z-50 max-h-[76vh] w-[min(560px,calc(100vw-32px))] overflow-y-auto rounded-card border border-line-strong bg-raised p-5 shadow-float outline-none data-[state=open]:animate-in data-[state=open]:fade-in-0 data-[state=open]:zoom-in-98 duration-200',
          props.className,
        )}
      >
        <Head {...props} />
        {props.children}
      </Parts.Content>
    </Parts.Portal>
  );
}

/** A sheet from below, or from the left: filters and the menu on a phone. */
export function SheetContent({ side = 'bottom', ...props }: Content & { side?: 'bottom' | 'left' }) {
  const described = props.description === undefined ? { 'aria-describedby': undefined } : {};
  return (
    <Parts.Portal>
      <Parts.Overlay className={backdrop} />
      <Parts.Content
        {...described}
        className={cn(
          'fixed z-50 overflow-y-auto bg-raised p-4 shadow-float outline-none data-[state=closed]:animate-out data-[state=open]:animate-in duration-200',
          side === 'bottom'
            ? 'inset-x-0 bottom-0 max-h-[85vh] rounded-t-[14px] border-t pb-[calc(16px+env(safe-area-inset-bottom))] data-[state=closed]:slide-out-to-bottom data-[state=open]:slide-in-from-bottom'
            : 'inset-y-0 left-0 w-[280px] border-r data-[state=closed]:slide-out-to-left data-[state=open]:slide-in-from-left',
          props.className,
        )}
      >
        <Head {...props} />
        {props.children}
      </Parts.Content>
    </Parts.Portal>
  );
}
