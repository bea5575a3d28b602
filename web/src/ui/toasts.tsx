import { Toaster } from 'sonner';
import { useTheme } from '../theme/theme.ts';

export { toast } from 'sonner';

/** The place of toasts. Used once in the program. */
export function Toasts() {
  const { shown } = useTheme();
  return (
    <Toaster
      theme={shown}
      position="bottom-right"
      toastOptions={{
        classNames: {
          toast: 'rounded-card! border-line-strong! bg-raised! text-fg! text-sm! font-sans! shadow-float!',
        },
      }}
    />
  );
}
