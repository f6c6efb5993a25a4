import type { Tokens } from 'marked'
import { Inlines } from './inlines'
import { ScrollBox } from './scroll-box'

const ALIGN = { left: 'text-start', center: 'text-center', right: 'text-end' } as const

/** A table, which scrolls by itself when it is wider than the text. */
export function Table({ table: { header, rows }, dir }: { table: Tokens.Table; dir?: 'auto' }) {
  const classOf = ({ align }: Tokens.TableCell) => ALIGN[align ?? 'left']
  return (
    <ScrollBox label="Table" dir={dir} className="rounded-md border">
      <table className="w-full text-base">
        <thead className="bg-sunken text-start">
          <tr>
            {header.map((cell, column) => (
              <th key={column.toString()} className={`px-3 py-2 font-medium ${classOf(cell)}`}>
                <Inlines tokens={cell.tokens} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index.toString()} className="border-t">
              {row.map((cell, column) => (
                <td key={column.toString()} className={`px-3 py-2 align-top ${classOf(cell)}`}>
                  <Inlines tokens={cell.tokens} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  )
}
