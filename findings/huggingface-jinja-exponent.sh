#!/usr/bin/env bash
# @huggingface/jinja 0.5.11: a float with an exponent inside a list becomes two items.
#
# Expected: [1e3] is a list of one number, as in jinja2, or an error of syntax.
# Seen: the number ends before the letter, so there is `1` and the name `e3`; commas between items are optional to the
# parser, so the list silently holds 1 and an undefined value.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm init -y >/dev/null; npm pkg set type=module >/dev/null
npm install --no-audit --no-fund --loglevel=error @huggingface/jinja@0.5.11 >/dev/null
cat > run.js <<'JS'
import { Template } from '@huggingface/jinja'
console.log(new Template('{{ [1e3] | length }} and {{ [1000.0] | length }}').render())
JS
seen=$(node run.js 2>&1)
expected='2 and 1'
echo "length of [1e3] and of [1000.0]: $seen"
[ "$seen" = "$expected" ] || { echo "changed: expected $expected"; exit 1; }
