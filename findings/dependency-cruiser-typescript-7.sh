#!/usr/bin/env bash
# dependency-cruiser 17.4.3 beside typescript 7.0.2: every rule passes, because no file is read.
#
# Expected: TypeScript files are followed, as beside TypeScript 5 and 6, or the command fails since it can't read them.
# Seen: the library takes TypeScript only below 7 and then knows no parser for `.ts`: it reports no violations over
# 0 modules and exits with 0, though the two files import each other and circles are forbidden.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error --legacy-peer-deps dependency-cruiser@17.4.3 typescript@7.0.2 >/dev/null
mkdir a
echo "import './b'" > a/a.ts
echo "import './a'" > a/b.ts
cat > rules.cjs <<'JS'
module.exports = {
  forbidden: [{ name: 'no-circles', severity: 'error', from: {}, to: { circular: true } }],
  options: { tsPreCompilationDeps: true },
}
JS
code=0; seen=$(NO_COLOR=1 npx --no-install depcruise --config rules.cjs a 2>&1) || code=$?
echo "$seen"; echo "exit code $code"
{ [ "$code" = 0 ] && grep -q '0 modules, 0 dependencies cruised' <<<"$seen"; } || { echo 'changed: it reads the files, or fails'; exit 1; }
