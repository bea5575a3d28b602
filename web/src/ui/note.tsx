/** A sentence of the API; backticks mark text to type. */
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
