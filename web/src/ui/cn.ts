import { type ClassValue, clsx } from 'clsx';
import { extendTailwindMerge } from 'tailwind-merge';

const twMerge = extendTailwindMerge({
  extend: {
    theme: {
      text: ['axis', 'xs', 'sm', 'base', 'lg', 'xl', '2xl'],
      radius: ['control', 'card'],
      shadow: ['float'],
    },
  },
});

/** Joins class names; when two utilities set the same property, the later one wins. */
export function cn(...classes: ClassValue[]): string {
  return twMerge(clsx(classes));
}
