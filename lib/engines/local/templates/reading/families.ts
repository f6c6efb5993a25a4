import type { LiteralForm } from './literal-call'
import { PYTHON } from './loose-value'
import { Mark } from './mark'
import type { CallForm, ThinkingForm } from './reply-format'
import type { WrittenCalls } from './written-calls'

/** What a family writes that its template does not show, or shows only in part. */
export type FamilyNotes = {
  thinking?: { open: string; close: string }
  wrappers?: readonly string[]
  calls?: readonly CallForm[]
  /** What begins its turn once more after a thought. */
  turnStart?: string
  /** The mark of a call ends a thought. */
  callEndsThought?: boolean
  isHarmony?: boolean
}

type Row = FamilyNotes & {
  /** What is in the template, or in what it writes. */
  sign: RegExp
}

/** A call as Python writes it. */
const PYTHON_CALL: LiteralForm = { open: '(', close: ')', assign: '=', dialect: PYTHON }

/** By what their templates have in them. All rows that fit count; of a thing that several say, the first. */
const ROWS: readonly Row[] = [
  // gpt-oss
  {
    sign: /<\|channel\|>analysis<\|message\|>/,
    isHarmony: true,
    thinking: { open: '<|channel|>analysis<|message|>', close: '<|end|>' },
    turnStart: '<|start|>assistant',
  },
  // Kimi K3
  {
    sign: /<\|open\|>think<\|sep\|>/,
    thinking: { open: '<|open|>think<|sep|>', close: '<|close|>think<|sep|>' },
    wrappers: ['<|open|>response<|sep|>', '<|close|>response<|sep|>', '<|close|>message<|sep|>'],
  },
  // Command R7B and Command A
  {
    sign: /<\|START_RESPONSE\|>/,
    wrappers: ['<|START_RESPONSE|>', '<|END_RESPONSE|>'],
  },
  { sign: /<\|START_TEXT\|>/, wrappers: ['<|START_TEXT|>', '<|END_TEXT|>'] },
  // Solar
  {
    sign: /<\|tool_call:begin\|>/,
    thinking: { open: '<|think|>', close: '<|end|>' },
    wrappers: ['<|begin|>assistant', '<|content|>'],
    turnStart: '<|begin|>assistant',
  },
  // Muse
  {
    sign: /<atem:function_calls>/,
    thinking: { open: 'to=self<|message|>', close: '<|eom|>' },
    wrappers: ['<|start|>assistant', 'to=user<|message|>', '<|eom|>'],
    turnStart: '<|start|>assistant',
  },
  // Gemma 4
  {
    sign: /<\|channel>thought/,
    thinking: { open: '<|channel>thought', close: '<channel|>' },
  },
  // Apriel
  {
    sign: /Here are my reasoning steps:/,
    thinking: { open: 'Here are my reasoning steps:', close: '[BEGIN FINAL RESPONSE]' },
    wrappers: ['[END FINAL RESPONSE]'],
  },
  // Apertus
  {
    sign: /<\|inner_prefix\|>/,
    thinking: { open: '<|inner_prefix|>', close: '<|inner_suffix|>' },
  },
  // Ministral 3 and Magistral
  { sign: /\[THINK\]/, thinking: { open: '[THINK]', close: '[/THINK]' } },
  // Functionary 3.2 says to whom it speaks.
  { sign: />>>\$\{recipient\}|>>>all\n/, wrappers: ['>>>all\n'] },
  // Qwen 3.5, Nemotron 3, StepFun; Ling 3; DeepSeek V4
  { sign: /<function=[\s\S]*<\/think>|<\/think>[\s\S]*<function=/, callEndsThought: true },
  { sign: /detailed thinking /, callEndsThought: true },
  { sign: /｜DSML｜tool_calls|dsml_token \+ 'tool_calls/, callEndsThought: true },
  // LFM2, whose older templates show no calls
  {
    sign: /<\|tool_list_start\|>|<\|tool_call_start\|>/,
    calls: [
      {
        opens: [new Mark('<|tool_call_start|>')],
        next: [],
        closes: [new Mark('<|tool_call_end|>')],
        body: { kind: 'literal', form: PYTHON_CALL },
        written: {
          first: '<|tool_call_start|>[',
          afterName: '(',
          arguments: { kind: 'literal', form: PYTHON_CALL },
          next: '), ',
          last: ')]<|tool_call_end|>',
        },
      },
    ],
  },
  // Granite 3
  {
    sign: /<\|tool_call\|>/,
    calls: [
      {
        opens: [new Mark('<|tool_call|>')],
        next: [],
        closes: [],
        body: { kind: 'json', names: { name: 'name', arguments: 'arguments' } },
        written: {
          first: '<|tool_call|>[{"name": "',
          afterName: '", "arguments": ',
          arguments: { kind: 'json' },
          next: '}, {"name": "',
          last: '}]',
        },
      },
    ],
  },
  { sign: /<think>/, thinking: { open: '<think>', close: '</think>' } },
]

/** What the table says of a family. @param signs its template and what it renders */
export function familyNotes(signs: string): FamilyNotes {
  const rows = ROWS.filter(({ sign }) => sign.test(signs))
  return {
    thinking: rows.find(({ thinking }) => thinking)?.thinking,
    wrappers: rows.flatMap(({ wrappers }) => wrappers ?? []),
    calls: rows.flatMap(({ calls }) => calls ?? []),
    callEndsThought: rows.some(({ callEndsThought }) => callEndsThought),
    isHarmony: rows.some(({ isHarmony }) => isHarmony),
    turnStart: rows.find(({ turnStart }) => turnStart)?.turnStart,
  }
}

/** As a model is told to write it that has no form of its own. */
export const COMMON_WRITTEN: WrittenCalls = {
  first: '<tool_call>{"name": "',
  afterName: '", "arguments": ',
  arguments: { kind: 'json' },
  next: '}</tool_call>\n<tool_call>{"name": "',
  last: '}</tool_call>',
}

/** What a model is told that has no form of its own, and what many write anyway. */
export const COMMON_CALL: CallForm = {
  opens: [new Mark('<tool_call>')],
  next: [new Mark('<tool_call>')],
  closes: [new Mark('</tool_call>')],
  body: { kind: 'json', names: { name: 'name', arguments: 'arguments' } },
  written: COMMON_WRITTEN,
}

export function thinkingForm(
  { open, close, closing = close }: { open: string; close: string; closing?: string },
  endsWithCall: boolean,
): ThinkingForm {
  return { open: new Mark(open), closes: [new Mark(close)], endsWithCall, closing }
}
