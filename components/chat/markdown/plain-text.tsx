/** Text without markup: its paragraphs and line ends, as the markdown parser would have them too. */
export function PlainText({ text }: { text: string }) {
  const paragraphs = text.split(/\n[ \t]*\n/).filter((paragraph) => paragraph.trim() !== '')
  return paragraphs.map((paragraph, index) => (
    <p key={index.toString()} dir="auto" className="whitespace-pre-line">
      {paragraph.trim()}
    </p>
  ))
}

/** What any markup begins with: signs, a list, an indented line, a bare address. */
const MARKUP = /[*_`~#>|[\]<&\\=$@]|^[ \t]*(?:[-+]|\d+[.)])|^(?: {4}| {0,3}\t)|https?:|www\./im

/** Whether a text may hold markup. Most of what small models write holds none, and needs no parser. */
export function mayHoldMarkup(text: string): boolean {
  return MARKUP.test(text)
}
