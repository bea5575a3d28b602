/** A sentence of the API, in which backticks hold what is to be typed. */
export function Note({ text }: { text: string }) {
  return text.split('`').map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence stay in their order
      <code key={index} className="font-mono text-axis">
        {part}
      </code>
    ),
  );
}
