#!/usr/bin/env bash
# libsql 0.5.29: leaving a `for…of` over statement.iterate() early keeps its read transaction open.
#
# Expected: `break` ends the statement, as in better-sqlite3, whose interface libsql follows: its iterator has `return`.
# Seen: the iterator has no `return`, so the statement stays open after the loop, and a checkpoint of the WAL by another
# connection reports that it is busy, for as long as the connection lives. Read pages with LIMIT and all() instead.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error libsql@0.5.29 >/dev/null
cat > run.cjs <<'JS'
const Database = require('libsql')
const writer = new Database('rows.db')
writer.pragma('journal_mode = WAL')
writer.exec('CREATE TABLE t (a)')
for (let row = 0; row < 2000; row++) writer.prepare('INSERT INTO t VALUES (?)').run(row)
const reader = new Database('rows.db')
const busy = () => {
  writer.exec('INSERT INTO t VALUES (0)')
  return writer.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get().busy
}
for (const _ of reader.prepare('SELECT a FROM t LIMIT 10').iterate()) {}
console.log('after a whole loop: busy', busy())
for (const _ of reader.prepare('SELECT a FROM t').iterate()) break
console.log('after a loop that was left: busy', busy())
JS
seen=$(node run.cjs 2>&1)
expected=$'after a whole loop: busy 0\nafter a loop that was left: busy 1'
echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected $expected"; exit 1; }
