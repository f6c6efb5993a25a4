const LABEL = '[a-z0-9]+(?:-[a-z0-9]+)*'
const BYTE = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
const GROUP = '[0-9a-f]{1,4}'
const DATE = '[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])'
const TIME =
  '(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,6})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])'
const EMAIL = `[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*@(?:${LABEL}\\.)+[a-z]{2,12}`
const PATH = '(?:/(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*)*'
const QUERY = '(?:\\?[A-Za-z0-9._~=&-]*)?(?:#[A-Za-z0-9._~-]*)?'
const URI = `(?:(?:https?|ftp|wss?|[a-z][a-z0-9]{1,11})://(?:${LABEL}\\.)+[a-z]{2,12}(?::[1-9][0-9]{0,3})?${PATH}${QUERY}|mailto:${EMAIL}|urn:[a-z0-9]{2,12}:[A-Za-z0-9._:-]+)`
const SECONDS = '[0-9]{1,4}S'
const MINUTES = `[0-9]{1,4}M(?:${SECONDS})?`
const OF_DAY = `T(?:[0-9]{1,4}H(?:${MINUTES})?|${MINUTES}|${SECONDS})`
const DAYS = '[0-9]{1,4}D'
const MONTHS = `[0-9]{1,4}M(?:${DAYS})?`
const POINTER = '(?:/(?:[A-Za-z0-9 _-]|~[01])*)*'
const BASE64 = '(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?'
const HOSTNAME = '[a-z0-9](?:[a-z0-9]|-[a-z0-9]){0,15}(?:\\.[a-z](?:[a-z0-9]|-[a-z0-9]){0,15}){0,3}'

/**
 * The formats of JSON Schema as regular expressions. Each allows a part of what its standard does, the part that every
 * validator takes, so that no answer is refused by a stricter one.
 * @see https://json-schema.org/draft/2020-12/json-schema-validation#section-7.3
 */
export const STRING_FORMATS: Readonly<Record<string, string>> = {
  date: DATE,
  time: TIME,
  'date-time': `${DATE}T${TIME}`,
  duration: `P(?:[0-9]{1,4}W|(?:[0-9]{1,4}Y(?:${MONTHS})?|${MONTHS}|${DAYS})(?:${OF_DAY})?|${OF_DAY})`,
  email: EMAIL,
  'idn-email': EMAIL,
  hostname: HOSTNAME,
  'idn-hostname': HOSTNAME,
  ipv4: `(?:${BYTE}\\.){3}${BYTE}`,
  ipv6: `(?:(?:${GROUP}:){7}${GROUP}|(?:${GROUP}:){1,3}(?::${GROUP}){1,4}|::1)`,
  uri: URI,
  iri: URI,
  'uri-reference': `(?:${URI}|(?:/[A-Za-z0-9._~-]+)+${QUERY})`,
  'iri-reference': `(?:${URI}|(?:/[A-Za-z0-9._~-]+)+${QUERY})`,
  'uri-template': '(?:/(?:[A-Za-z0-9._~-]+|\\{[A-Za-z][A-Za-z0-9_]*\\}))+',
  url: URI,
  uuid: '[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}',
  'json-pointer': POINTER,
  'relative-json-pointer': `(?:0|[1-9][0-9]{0,3})(?:#|${POINTER})`,
  regex: '\\^?(?:(?:[A-Za-z0-9 _-]|\\\\[dDsSwW]|\\.)[*+?]?)*\\$?',
  byte: BASE64,
  base64: BASE64,
  binary: '[^]*',
  password: '[^]*',
}

const WORD = '[a-z0-9]{1,12}'
const SHORT_EMAIL = `${WORD}(?:[._-]${WORD})?@(?:${WORD}\\.){1,2}[a-z]{2,6}`
const SHORT_URI = `https?://(?:${WORD}\\.){1,2}[a-z]{2,6}(?:/[a-z0-9._-]{0,12}){0,2}`

/** The same with an end, for where a length is asked for: to count what has none takes an automaton of thousands of states. */
export const SHORT_FORMATS: Readonly<Record<string, string>> = {
  email: SHORT_EMAIL,
  'idn-email': SHORT_EMAIL,
  uri: SHORT_URI,
  iri: SHORT_URI,
  url: SHORT_URI,
  'uri-reference': SHORT_URI,
  'iri-reference': SHORT_URI,
  hostname: `${WORD}(?:\\.[a-z]{1,12}){0,2}`,
  'idn-hostname': `${WORD}(?:\\.[a-z]{1,12}){0,2}`,
}
