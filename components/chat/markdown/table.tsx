import type { Tokens } from 'marked'
import { Inline } from './inline'

const ALIGN = { left: 'text-left', center: 'text-center', right: 'text-right' }

/** A table, which scrolls by itself when it is wider than the text. */
export function Table({ token }: { token: Tokens.Table }) {
  return (
    <div className="overflow-x-auto rounded-md border">
      <table className="w-full text-base">
        <thead className="bg-sunken text-left">
          <tr>
            {token.header.map((cell, index) => (
              <th
                key={index.toString()}
                className={`px-3 py-2 font-medium ${ALIGN[cell.align ?? 'left']}`}
              >
                <Inline tokens={cell.tokens} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row, index) => (
            <tr key={index.toString()} className="border-t">
              {row.map((cell, column) => (
                <td
                  key={column.toString()}
                  className={`px-3 py-2 align-top ${ALIGN[cell.align ?? 'left']}`}
                >
                  <Inline tokens={cell.tokens} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
