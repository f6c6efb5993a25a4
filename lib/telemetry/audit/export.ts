import type { AuditRow } from '@/lib/platform/db/schema'

const COLUMNS = ['at', 'actor', 'address', 'action', 'target', 'details'] as const

/** A row as the API shows it. */
export function toEntry({ details_json, ...row }: AuditRow) {
  const details: Record<string, unknown> = JSON.parse(details_json)
  return { ...row, details }
}

/** Rows as a file to download. */
export function toFile(rows: AsyncIterable<AuditRow>, format: 'csv' | 'json'): Response {
  return new Response(format === 'csv' ? toCsv(rows) : toJson(rows), {
    headers: {
      'Content-Type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json',
      'Content-Disposition': `attachment; filename="runnel-activity.${format}"`,
    },
  })
}

/** Rows as a stream of CSV (RFC 4180), with a line of names. */
function toCsv(rows: AsyncIterable<AuditRow>): ReadableStream<Uint8Array> {
  return toStream(async function* () {
    yield `${COLUMNS.join(',')}\r\n`
    for await (const row of rows) yield `${csvLine(row)}\r\n`
  })
}

/** Rows as a stream of one JSON array. */
function toJson(rows: AsyncIterable<AuditRow>): ReadableStream<Uint8Array> {
  return toStream(async function* () {
    let separator = '['
    for await (const row of rows) {
      yield `${separator}\n${JSON.stringify(toEntry(row))}`
      separator = ','
    }
    yield separator === '[' ? '[]\n' : '\n]\n'
  })
}

function csvLine(row: AuditRow): string {
  const cells = {
    at: new Date(row.at).toISOString(),
    actor: row.actor,
    address: row.address ?? '',
    action: row.action,
    target: row.target ?? '',
    details: row.details_json,
  }
  return COLUMNS.map((name) => csvCell(cells[name])).join(',')
}

/** A spreadsheet would run a cell that begins like a formula, and anybody can choose the name of a key. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function toStream(parts: () => AsyncGenerator<string, void, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const texts = parts()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await texts.next()
      if (next.done) controller.close()
      else controller.enqueue(encoder.encode(next.value))
    },
    async cancel() {
      await texts.return()
    },
  })
}
