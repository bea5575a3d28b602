import { Moon, Sun } from 'lucide-react';
import { toggleTheme, useTheme } from '../theme/theme.ts';
import { IconButton } from '../ui/button.tsx';

/** Switches between the light and the dark theme. */
export function ThemeButton() {
  const { shown } = useTheme();
  return (
    <IconButton label={shown === 'dark' ? 'Light theme' : 'Dark theme'} onClick={toggleTheme}>
      {shown === 'dark' ? <Sun size={15} /> : <Moon size={15} />}
    </IconButton>
  );
}
