/** Marks that a reader leaves out when they search: accents, and the vowel points of Hebrew and Arabic. */
const OPTIONAL_MARKS =
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]/g

const ASCII = /^[\0-\x7f]*$/

/**
 * Text as a search compares it: without regard to case, accents and width, in every script. Marks that make another
 * letter of one (が, हि) stay. Upper case comes first, since some letters are told apart in lower case only (ß and ss, σ
 * and ς), and some marks are letters in upper case (ᾳ, ΑΙ).
 * @see https://www.unicode.org/reports/tr15/ for the normal forms
 */
export function foldText(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  const plain = text.normalize('NFKD').toUpperCase().replace(OPTIONAL_MARKS, '')
  return plain.toLowerCase().replaceAll('ς', 'σ').normalize('NFC')
}
