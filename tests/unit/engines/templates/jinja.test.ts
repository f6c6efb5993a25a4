import { describe, expect, it } from 'vitest'
import { readJson } from '@/lib/engines/local/templates/jinja/json-reader'
import { TaintedString } from '@/lib/engines/local/templates/jinja/tainted-string'
import { JinjaTemplate, RenderError } from '@/lib/engines/local/templates/jinja/template'
import { Dict } from '@/lib/engines/local/templates/jinja/values'
import { renderWithJinja2 } from '@/tests/support/templates/jinja2'

const VARIABLES = `{
  "s": "  Hé llo\\n\\n", "e": "🙂a🙂", "n": 7, "big": 1234567890123456789, "f": 1.0, "small": 1e-7, "t": true, "none": null,
  "list": [3, 1, 2], "words": ["b", "A", "a"], "d": {"b": 1, "a": [1, 2.50, "x'y"], "10": null},
  "people": [{"name": "Ann", "age": 3}, {"name": "bob", "age": 2}, {"name": "Cy"}], "quote": "it's \\"so\\"\\t"
}`

/** Each is rendered here and by jinja2; the same text or an error in both. */
const EXPRESSIONS = [
  's|trim, s.strip(), s.lstrip(), s.rstrip("\\n"), s.lstrip(" H"), "xxaxx".strip("x")',
  's.split(), s.split("l"), "a,b,c".split(",", 1), "a b  c d".split(none, 2), "a,b,c".rsplit(",", 1), "a\\nb".splitlines()',
  'e|length, e[0], e[1:], e[::-1], e[-1], s[2:4], s[:-1]',
  'list[::-1], list[1:], list[:-1], list[-1], list[5], list[0:2:1], list[9:]',
  '"{} and {a}: {:>4}|{:03d}|{:.2f}".format(1, 5, 7, 2, a="x")',
  '"%s is %d%% of %05.1f" % ("it", 3, 2.25)',
  'd, list, (1, 2), quote, none, t, f, small, big, 10000000000000000.0, 0.1 + 0.2, 100000.0 * 10 ** 12',
  'd|tojson, quote|tojson, f|tojson, d|tojson(indent=2), words|tojson(separators=(",", ":")), "é"|tojson(ensure_ascii=true), d|tojson(sort_keys=true)',
  'd.items()|list, d.keys()|list, d.values()|list, d|dictsort, d|items|list, d.get("z"), d.get("z", 1), d.get("10", 5)',
  'list|sort, list|sort(reverse=true), words|sort, words|sort(case_sensitive=true), people|sort(attribute="name")|map(attribute="name")|list',
  'list|min, list|max, list|sum, list|first, list|last, list|join("-"), people|map(attribute="name")|join(", ")',
  'people|selectattr("age", "defined")|map(attribute="age")|list, people|rejectattr("name", "equalto", "bob")|list|length',
  'list|select("gt", 1)|list, list|reject("odd")|list, words|unique|list, words|map("upper")|list',
  'list|batch(2)|list, people|groupby("name")|list|length, list|reverse|list, "abc"|reverse',
  '7 // 2, -7 // 2, 7 % 3, -7 % 3, 7 / 2, 2 ** 10, 2 ** -1, -n, n - 10, 1.5 * 2, "ab" * 2, [1] * 2, big + 1',
  '1 == 1.0, 1 == true, "1" == 1, [1, 2] == [1, 2], {"a": 1} == {"a": 1}, none == false, missing == missing2',
  '1 < 2, "a" < "B", [1, 2] < [1, 3], "a" in "abc", 1 in list, "b" in d, 2 not in list, "x" in missing',
  'missing is defined, none is none, t is boolean, n is number, n is integer, f is float, "x" is string, d is mapping, list is iterable, d is sequence, missing is iterable',
  'n is odd, 4 is even, t is true, "ab" is lower, "AB" is upper, "a1" is lower, not t is true',
  'missing, missing|default("x"), none|default("x"), none|default("x", true), ""|default("y", boolean=true), missing|length, missing|string, none|string',
  'n|string ~ "a" ~ none ~ f, "a" + "b", list + [4], n if t else 2, (1 if none), ("y" if missing else "z")',
  '"3.7"|int, "x"|int, "x"|int(5), 3.9|int, "12"|int + 1, "1.5"|float, 2.567|round(1), -3|abs',
  '"hello world"|title, "hELLO"|capitalize, "a"|upper, "A"|lower, "a-b"|replace("-", "+"), "aaa".replace("a", "b", 2), "abc".find("c"), "abc".count("b")',
  '"a\\nb\\n\\nc"|indent(2), "a\\nb"|indent(2, true), "a\\n\\nb"|indent(1, false, true), "a"|safe + "<", "<"|e, "a b c"|wordcount',
  '"x"|trim("x"), "ab".startswith("a"), "ab".endswith(("b", "c")), "a.b".partition("."), "a.b.c".rpartition("."), "12".isdigit(), "a".isalpha(), " ".isspace()',
  'range(3)|list, range(1, 6, 2)|list, range(3, 0, -1)|list, dict(a=1, b=2), namespace(x=1).x',
  '{1: "a", "1": "b", true: "c"}, {1: "a"}[1], {none: 2}[none]',
  '"a" if not missing, list.index(1), list.count(3), words|list|length, "abc"|list, d|list, 5|string|length',
  'missing.a',
  'none.a',
  'missing + 1',
  '"a" + 1',
  'none + "a"',
  'n.a.b',
  'raise_exception("no")',
  'list|nofilter',
  '"a"|join|nothing',
  'none|length',
  'n|length',
  '[1] < ["a"]',
  'missing|tojson',
  'missing()',
  '1 // 0',
  'list[missing]',
  'd[list]',
]

const TEMPLATES = [
  ...EXPRESSIONS.map((expression) => `{{ (${expression}) }}`),
  ...EXPRESSIONS.map((expression) => `{% for x in [${expression}] %}{{ x }}|{% endfor %}`),
  '{% set x = 1 %}{% for i in list %}{{ x }}{% set x = i %}{% endfor %}{{ x }}',
  '{% set ns = namespace(x=1) %}{% for i in list %}{{ ns.x }}{% set ns.x = i %}{% endfor %}{{ ns.x }}',
  '{% for i in list %}{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.revindex }}{{ loop.length }}{{ loop.previtem }}{{ loop.nextitem }}{{ loop.cycle("a", "b") }}{% else %}none{% endfor %}',
  '{% for i in [] %}x{% else %}none{% endfor %}{% for i in list if i > 1 %}{{ i }}{{ loop.index }}{% endfor %}',
  '{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}{% for a, b in [(1, 2)] %}{{ a + b }}{% endfor %}',
  '{% for i in list %}{% if i == 1 %}{% continue %}{% endif %}{{ i }}{% if i == 2 %}{% break %}{% endif %}{% endfor %}',
  '{% macro m(a, b=2, c=a) %}[{{ a }},{{ b }},{{ c }},{{ varargs }},{{ kwargs }}]{% endmacro %}{{ m(1) }}{{ m(1, b=3) }}{{ m(1, 2, 3, 4, z=5) }}',
  '{% macro m(a) %}<{{ a }}{{ caller("x") }}>{% endmacro %}{% call(y) m(1) %}in {{ y }}{% endcall %}',
  '{% macro f(n) %}{% if n > 0 %}{{ n }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}',
  '{% set x %}a{{ n }}b{% endset %}{{ x|length }}{{ x }}{% filter upper %}a{{ n }}{% endfilter %}',
  '{% set a, b = 1, 2 %}{{ a }}{{ b }}{% if a == 2 %}x{% elif b == 2 %}y{% else %}z{% endif %}',
  'a\n  {% if t %}\n  b\n  {% endif %}\n c {#- no -#} d\n{%- if t -%}\n  e  \n{%- endif %}\n',
  'x {%- generation -%} y {% endgeneration %} z',
  "{{ 'a\\tb' }}{{ \"c'd\" }}{{ 'x' 'y' }}{{ '}}' }}{{ {'a': {'b': 1}}.a.b }}",
]

describe('JinjaTemplate', () => {
  it('does what jinja2 does', async () => {
    const variables = new Map(
      dictOf(VARIABLES)
        .entries()
        .map(([name, value]) => [String(name), value]),
    )
    const theirs = await renderWithJinja2(
      TEMPLATES.map((template) => ({ template, variables: VARIABLES.replaceAll('\n', ' ') })),
      0,
    )
    const differences = TEMPLATES.flatMap((template, at) => {
      const ours = rendered(template, variables)
      const expected = theirs[at]?.text
      return ours.text === expected ? [] : [{ template, ours, theirs: theirs[at] }]
    })
    expect(differences).toEqual([])
  })

  it('says which characters came from outside', () => {
    const input = TaintedString.input('<b> X')
    const source = "<b>{{ x }}{{ x|trim|upper + '<b>' }}{{ {'k': x}|tojson }}{{ x[:3] ~ '!' }}"
    const { value, spans } = new JinjaTemplate(source).render(new Map([['x', input]]))
    expect(value).toBe('<b><b> X<B> X<b>{"k": "<b> X"}<b>!')
    expect(spans.map(([from, to]) => value.slice(from, to))).toEqual(['<b> X<B> X', '<b> X', '<b>'])
  })
})

function dictOf(json: string): Dict {
  const value = readJson(TaintedString.input(json))
  if (value instanceof Dict) return value
  throw new Error('an object was expected')
}

function rendered(template: string, variables: Parameters<JinjaTemplate['render']>[0]) {
  try {
    return { text: new JinjaTemplate(template).render(variables, 0).value }
  } catch (error) {
    if (error instanceof RenderError) return { error: error.message }
    throw error
  }
}
