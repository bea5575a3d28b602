let context: CanvasRenderingContext2D | null | undefined;
let font: string | undefined;

/** The size in a CSS font, in pixels. */
const sizeIn = (name: string): number => Number(/([\d.]+)px/.exec(name)?.[1] ?? 12);

/**
 * Measures a text for the charts. They take the width of 国 for the height of a line, which is that of the font in every font
 * that has it: to ask the browser has it load one, before the first chart is there.
 */
export function measureText(text: string, name = '12px sans-serif'): { width: number } {
  if (text === '国') return { width: sizeIn(name) };
  context ??= document.createElement('canvas').getContext('2d');
  if (context == null) return { width: sizeIn(name) * 0.6 * text.length };
  if (font !== name) {
    font = name;
    context.font = name;
  }
  return context.measureText(text);
}
