import type { Align, Block } from '@/lib/client/markdown/types'
import { Line } from './line'

const ALIGN: Record<Align, string> = {
  left: 'text-start',
  center: 'text-center',
  right: 'text-end',
}

type Props = { table: Extract<Block, { kind: 'table' }>; grows: boolean; dir?: 'auto' }

/** A table, which scrolls by itself when it is wider than the text. */
export function Table({ table: { align, header, rows }, grows, dir }: Props) {
  const alignOf = (column: number) => ALIGN[align[column] ?? 'left']
  return (
    <div dir={dir} className="overflow-x-auto rounded-md border">
      <table className="w-full text-base">
        <thead className="bg-sunken text-start">
          <tr>
            {header.map((cell, column) => (
              <th key={column.toString()} className={`px-3 py-2 font-medium ${alignOf(column)}`}>
                <Line text={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index.toString()} className="border-t">
              {row.map((cell, column) => (
                <td key={column.toString()} className={`px-3 py-2 align-top ${alignOf(column)}`}>
                  <Line text={cell} grows={grows && index === rows.length - 1} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
