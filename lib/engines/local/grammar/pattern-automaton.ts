import {
  CharSet,
  type Concatenation,
  DFA,
  type Element,
  JS,
  NFA,
  type NodeFactory,
  type NoParent,
} from 'refa'

const OPTIONS = { maxCharacter: 0x10ffff }
const ALL = CharSet.all(OPTIONS.maxCharacter)
const ANYTHING: NoParent<Element> = {
  type: 'Quantifier',
  min: 0,
  max: Number.POSITIVE_INFINITY,
  lazy: false,
  alternatives: [
    { type: 'Concatenation', elements: [{ type: 'CharacterClass', characters: ALL }] },
  ],
}

type Elements = readonly NoParent<Element>[]
type Choices = readonly NoParent<Concatenation>[]

/** Steps from state to state that cost as much as one state. */
const STEPS_OF_A_STATE = 64

/** A regular expression has something that no finite automaton can do, or not here. */
export class UnsupportedPattern extends Error {}

/**
 * Turns regular expressions into automata over whole texts. JSON Schema searches for a pattern in the text, so anything
 * may stand before and after what is not anchored. Assertions are taken apart into intersections of what follows them.
 * @see https://json-schema.org/draft/2020-12/json-schema-core#section-6.4
 */
export class PatternAutomata {
  readonly #nodes: NodeFactory<NFA.Node>
  readonly #states: NodeFactory<DFA.Node>
  readonly #countState: () => void
  #steps = 0

  /** @param countState called for each state that is made; what it throws ends the work */
  constructor(countState: () => void) {
    this.#countState = countState
    const countSteps = (steps: number) => this.#countSteps(steps)
    class CountedNode extends NFA.Node {
      override link(to: NFA.Node, via: CharSet): void {
        countSteps(1)
        super.link(to, via)
      }
    }
    const counted = <S>(Node: new () => S) => ({
      createNode: () => {
        countState()
        return new Node()
      },
    })
    this.#nodes = counted(CountedNode)
    this.#states = counted(DFA.Node)
  }

  /** The texts in which a pattern is found. @throws UnsupportedPattern when it can't be, or is no regular expression */
  found(source: string): DFA {
    const { expression } = this.#parse(source)
    const choices = expression.alternatives.map(({ elements }) => [ANYTHING, ...elements, ANYTHING])
    return this.#minimal(this.#union(choices, true))
  }

  /** The texts that two automata have in common. */
  both(left: DFA, right: DFA): DFA {
    const common = DFA.fromIntersection(left, right, this.#states)
    common.minimize()
    return common
  }

  #parse(source: string) {
    try {
      return JS.Parser.fromLiteral({ source, flags: 'u' }).parse({
        backreferences: 'throw',
        assertions: 'parse',
      })
    } catch (cause) {
      throw new UnsupportedPattern('no regular expression', { cause })
    }
  }

  /** @param whole whether the elements begin where the text does */
  #union(choices: readonly Elements[], whole: boolean): NFA {
    const result = NFA.empty(OPTIONS, this.#nodes)
    for (const choice of choices) result.union(this.#sequence(choice, whole), this.#nodes)
    return result
  }

  #sequence(elements: Elements, whole: boolean): NFA {
    const at = elements.findIndex(hasAssertion)
    const element = elements[at]
    if (!element) return this.#plain(elements)
    const before = elements.slice(0, at)
    const after = elements.slice(at + 1)
    const instead = (choices: Choices) =>
      choices.map((choice) => [...before, ...choice.elements, ...after])
    switch (element.type) {
      case 'Alternation':
        return this.#union(instead(element.alternatives), whole)
      case 'Quantifier': {
        if (element.max > 1) throw new UnsupportedPattern('an assertion that is repeated')
        const without = element.min === 0 ? [[...before, ...after]] : []
        return this.#union([...without, ...instead(element.alternatives)], whole)
      }
      case 'Assertion':
        return element.kind === 'ahead'
          ? this.#ahead(element, before, after)
          : this.#behind(element, before, after, whole)
      case 'CharacterClass':
      case 'Unknown':
        throw new UnsupportedPattern('an unknown part')
    }
  }

  /** Without assertions. */
  #plain(elements: Elements): NFA {
    return NFA.fromRegex(
      { type: 'Concatenation', elements: [...elements] },
      OPTIONS,
      {},
      this.#nodes,
    )
  }

  #ahead(assertion: Asserting, before: Elements, after: Elements): NFA {
    const looked = assertion.alternatives.map(({ elements }) => [...elements, ANYTHING])
    const rest = this.#held(
      this.#sequence(after, false),
      this.#union(looked, false),
      assertion.negate,
    )
    const result = this.#plain(before)
    result.append(rest, this.#nodes)
    return result
  }

  #behind(assertion: Asserting, before: Elements, after: Elements, whole: boolean): NFA {
    if (!whole) throw new UnsupportedPattern('an assertion on what stands before another')
    const looked = assertion.alternatives.map(({ elements }) => [ANYTHING, ...elements])
    const result = this.#held(this.#plain(before), this.#union(looked, true), assertion.negate)
    const begins = result.finals.size === 0 || isEmptyWord(result)
    result.append(this.#sequence(after, begins), this.#nodes)
    return result
  }

  /** What of an automaton another one takes, or does not take. */
  #held(automaton: NFA, by: NFA, negate: boolean): NFA {
    const other = this.#minimal(by)
    if (negate) other.complement(this.#states)
    return NFA.fromIntersection(automaton, other, this.#nodes)
  }

  #minimal(automaton: NFA): DFA {
    const iterator = automaton.transitionIterator()
    const getOut = (state: NFA.ReadonlyNode) => {
      const steps = iterator.getOut(state)
      this.#countSteps(steps.size)
      return steps
    }
    const result = DFA.fromTransitionIterator({ ...iterator, getOut }, OPTIONS, this.#states)
    result.minimize()
    return result
  }

  /** A few thousand states can have millions of steps, as those of `((a?){50}){50}`. */
  #countSteps(steps: number): void {
    this.#steps += steps
    for (; this.#steps >= STEPS_OF_A_STATE; this.#steps -= STEPS_OF_A_STATE) this.#countState()
  }
}

type Asserting = Extract<NoParent<Element>, { type: 'Assertion' }>

function hasAssertion(element: NoParent<Element>): boolean {
  if (element.type === 'Assertion') return true
  return (
    'alternatives' in element &&
    element.alternatives.some(({ elements }) => elements.some(hasAssertion))
  )
}

/** Whether it takes the empty text and no other. */
function isEmptyWord(automaton: NFA): boolean {
  return (
    !automaton.isEmpty &&
    automaton.isFinite &&
    [...automaton.words()].every((word) => word.length === 0)
  )
}
