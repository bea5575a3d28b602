import { exact, unknown } from '../format/numbers.ts';
import type { Table } from './csv.ts';

/** The table behind a card, which scrolls within the card's height. */
export function DataTable({ table, caption, height }: { table: Table; caption: string; height: number }) {
  return (
    <section
      aria-label={`${caption}, as a table`}
      className="overflow-auto"
      style={{ height }} // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
    >
      <table className="w-full border-collapse text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            {table.columns.map((column, index) => (
              <th
                key={column}
                scope="col"
                className={`sticky top-0 bg-surface py-1 pr-4 font-medium text-fg-2 text-xs ${index === 0 ? 'text-left' : 'text-right'}`}
              >
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of a table have no other name
            <tr key={at} className="border-t">
              {row.map((cell, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: cells stand in the order of the columns
                <td key={index} className={`py-1 pr-4 ${index === 0 ? 'text-left' : 'nums text-right'}`}>
                  {cell === null ? (
                    <span className="text-fg-3">{unknown}</span>
                  ) : typeof cell === 'number' ? (
                    exact(cell)
                  ) : (
                    cell
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
