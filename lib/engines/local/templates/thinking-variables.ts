import type { ThinkingChoice } from '../../types'
import { TaintedString } from './jinja/tainted-string'
import type { Value } from './jinja/values'

/** What comes nearest where a family does not know an effort. */
const NEAREST: Readonly<Record<string, readonly string[]>> = {
  minimal: ['minimal', 'low'],
  low: ['low', 'minimal'],
  medium: ['medium', 'high'],
  high: ['high', 'max'],
  xhigh: ['xhigh', 'max', 'high'],
}

/**
 * The variables by which the families let thinking be chosen, most fitting first: the next ones are for templates that
 * refuse an effort they don't know. The last leave the effort out.
 */
export function thinkingVariables(
  { enabled, effort }: ThinkingChoice,
  budget?: number,
): Map<string, Value>[] {
  const isOn = effort === 'none' ? false : (enabled ?? (effort === undefined ? undefined : true))
  const limit: [string, Value][] = budget === undefined ? [] : [['thinking_budget', BigInt(budget)]]
  if (isOn === undefined) return [new Map(limit)]
  const text = (value: string) => TaintedString.input(value)
  const switches: [string, Value][] = [
    ['enable_thinking', isOn],
    // DeepSeek, Granite and Kimi K3; MiniMax M3; Seed.
    ['thinking', isOn],
    ['thinking_mode', text(isOn ? 'enabled' : 'disabled')],
    ...(isOn ? limit : [['thinking_budget', 0n] satisfies [string, Value]]),
  ]
  const efforts = isOn ? (effort ? (NEAREST[effort] ?? [effort]) : []) : ['none', 'no_think']
  return [
    ...efforts.map(
      (name) =>
        new Map<string, Value>([
          ...switches,
          ['reasoning_effort', text(name)],
          ['thinking_effort', text(name)],
          ['reasoning_strength', text(name)],
        ]),
    ),
    new Map(switches),
  ]
}
