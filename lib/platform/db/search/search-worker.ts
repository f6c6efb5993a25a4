// The thread that searches, in a file of its own: the build bundles it apart from the server.
import { parentPort, workerData } from 'node:worker_threads'
import Sqlite from 'libsql'
import type { SearchAnswer, SearchQuestion } from './search-thread'
import { matchRows } from './text-search'

const port = parentPort
if (!port) throw new Error('This file is the entry of a worker thread.')
const sqlite = new Sqlite(String(workerData))
// `readonly` is an option that libsql takes and ignores (0.5.29).
sqlite.pragma('query_only = ON')
sqlite.pragma('busy_timeout = 5000')

port.on('message', ({ id, query, text }: SearchQuestion) => {
  port.postMessage({ id, ...answer(query, text) } satisfies SearchAnswer)
})

function answer({ sql, parameters }: SearchQuestion['query'], text: string | undefined) {
  try {
    // Never `iterate`: libsql does not reset a statement that was left early, which would pin the write-ahead log.
    const rows = sqlite.prepare(sql).all(...parameters)
    return { matches: matchRows(rows, text) }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}
