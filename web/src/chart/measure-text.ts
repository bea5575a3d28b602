let context: CanvasRenderingContext2D | null | undefined;
let font: string | undefined;

/** The size in a CSS font, in pixels. */
const sizeIn = (name: string): number => Number(/([\d.]+)px/.exec(name)?.[1] ?? 12);

/**
 * Measures a text for the charts. ECharts takes the width of 国 as the line height, which equals the font size in every
 * font that has it. Asking the browser would load such a font before the first chart appears.
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
