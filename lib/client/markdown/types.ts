/** What stands within a line of a markdown text. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'break' }
  | { kind: 'strong' | 'em' | 'del'; children: Inline[] }
  /** `href` is as it was written: it may be a script. */
  | { kind: 'link'; href: string; children: Inline[] }

export type Align = 'left' | 'center' | 'right'

export type ListItem = { task: 'open' | 'done' | null; blocks: Block[] }

/** What stands on lines of its own. Texts hold markup of lines, which `parseInline` reads. */
export type Block =
  | { kind: 'heading'; depth: number; text: string }
  | { kind: 'paragraph'; text: string }
  | { kind: 'code'; language: string; text: string }
  | { kind: 'quote'; blocks: Block[] }
  /** `start` is null where it has bullets. A loose list has space between its items. */
  | { kind: 'list'; start: number | null; loose: boolean; items: ListItem[] }
  | { kind: 'table'; align: Align[]; header: string[]; rows: string[][] }
  | { kind: 'rule' }
  /** What looks like HTML, which is shown as it was written. */
  | { kind: 'html'; text: string }
