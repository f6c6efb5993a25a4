import {
  DOUBLE,
  type Grammar,
  longString,
  NUMBER,
  type Rule,
  SIGNS,
  SINGLE,
  SLASHES,
  STARS,
  words,
} from './grammar'

const COMMENTS = [SLASHES, STARS]
const ANNOTATION: Rule = { kind: 'function', match: /@[\w.]+/y }

/** A `/` where a value may begin, up to the next one: everywhere else it divides. */
const REGEX: Rule = {
  kind: 'string',
  match:
    /(?<=(?:^|[(,=:[!&|?{};]|=>|\breturn) *)\/(?![/*])(?:[^/\\[]|\\.|\[(?:[^\]\\]|\\.)*\])+\/[a-z]*/y,
}
const TEMPLATE = longString(/`/y, /`/y, [{ kind: 'plain', match: /\$\{[^}]*\}?/y }])

export const JAVASCRIPT: Grammar = {
  rules: [...COMMENTS, DOUBLE, SINGLE, TEMPLATE, REGEX, NUMBER, ANNOTATION, SIGNS],
  words: words(
    'abstract as asserts async await break case catch class const continue debugger declare default delete do else enum export extends finally for from function get if implements import in infer instanceof interface is keyof let namespace new of override private protected public readonly return satisfies set static switch throw try type typeof var void while with yield',
    'Infinity NaN any bigint boolean false never null number object string super symbol this true undefined unknown',
  ),
}

export const JAVA: Grammar = {
  rules: [...COMMENTS, longString(/"""/y, /"""/y), DOUBLE, SINGLE, NUMBER, ANNOTATION, SIGNS],
  words: words(
    'abstract assert break case catch class continue default do else enum extends final finally for if implements import instanceof interface native new package permits private protected public record return sealed static strictfp switch synchronized throw throws transient try var volatile while yield',
    'boolean byte char double false float int long null short super this true void',
  ),
}

export const C: Grammar = {
  rules: [
    ...COMMENTS,
    { kind: 'keyword', match: /(?<=^\s*)#\s*\w+/y },
    DOUBLE,
    SINGLE,
    NUMBER,
    SIGNS,
  ],
  words: words(
    'alignas alignof asm auto break case catch class concept const consteval constexpr continue co_await co_return co_yield decltype default delete do else enum explicit export extern final for friend goto if inline mutable namespace new noexcept operator override private protected public register requires restrict return sizeof static static_assert static_cast struct switch template throw try typedef typename union using virtual volatile while',
    'NULL bool char double false float int int16_t int32_t int64_t int8_t long nullptr short signed size_t this true uint16_t uint32_t uint64_t uint8_t unsigned void',
  ),
}

export const GO: Grammar = {
  rules: [...COMMENTS, { kind: 'string', match: /`/y, until: /`/y }, DOUBLE, SINGLE, NUMBER, SIGNS],
  words: words(
    'break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var',
    'any bool byte complex128 complex64 error false float32 float64 int int16 int32 int64 int8 iota nil rune string true uint uint16 uint32 uint64 uint8 uintptr',
  ),
}

export const RUST: Grammar = {
  rules: [
    ...COMMENTS,
    { kind: 'function', match: /#!?\[[^\]]*\]/y },
    longString(/b?"/y, /"/y),
    { kind: 'string', match: /b?'(?:[^'\\]|\\.[^']*)'/y },
    { kind: 'constant', match: /'\w+/y },
    { kind: 'function', match: /\b[a-z_]\w*!(?!=)/y },
    NUMBER,
    SIGNS,
  ],
  words: words(
    'as async await break const continue crate dyn else enum extern fn for if impl in let loop match mod move mut pub ref return static struct super trait type union unsafe use where while',
    'Err None Ok Self Some bool char f32 f64 false i128 i16 i32 i64 i8 isize self str true u128 u16 u32 u64 u8 usize',
  ),
}
