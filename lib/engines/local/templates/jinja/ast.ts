import { z } from 'zod'

// The tree that @huggingface/jinja's parser makes. Its package does not export the types of the nodes, so they are
// checked here once for each template, which makes them a union that a switch can go through.

export type Expression =
  | { type: 'IntegerLiteral' | 'FloatLiteral'; value: number }
  | { type: 'StringLiteral' | 'Identifier'; value: string }
  | { type: 'ArrayLiteral' | 'TupleLiteral'; value: Expression[] }
  | { type: 'ObjectLiteral'; value: Map<Expression, Expression> }
  | {
      type: 'MemberExpression'
      object: Expression
      property: Expression | Slice
      computed: boolean
    }
  | { type: 'CallExpression'; callee: Expression; args: Argument[] }
  | { type: 'BinaryExpression'; operator: Operator; left: Expression; right: Expression }
  | { type: 'UnaryExpression'; operator: Operator; argument: Expression }
  | { type: 'FilterExpression'; operand: Expression; filter: Expression }
  | { type: 'TestExpression'; operand: Expression; negate: boolean; test: { value: string } }
  | { type: 'SelectExpression'; lhs: Expression; test: Expression }
  | { type: 'Ternary'; condition: Expression; trueExpr: Expression; falseExpr: Expression }

type Operator = { value: string }
export type Slice = {
  type: 'SliceExpression'
  start?: Expression
  stop?: Expression
  step?: Expression
}
export type Argument =
  | Expression
  | { type: 'KeywordArgumentExpression'; key: { value: string }; value: Expression }
  | { type: 'SpreadExpression'; argument: Expression }
  | { type: 'KeywordSpreadExpression'; argument: Expression }

export type Statement = { line?: number } & (
  | { type: 'If'; test: Expression; body: Statement[]; alternate: Statement[] }
  | {
      type: 'For'
      loopvar: Expression
      iterable: Expression
      body: Statement[]
      defaultBlock: Statement[]
    }
  | { type: 'Set'; assignee: Expression; value: Expression | null; body: Statement[] }
  | { type: 'Macro'; name: { value: string }; args: Argument[]; body: Statement[] }
  | { type: 'CallStatement'; call: Expression; callerArgs: Argument[] | null; body: Statement[] }
  | { type: 'FilterStatement'; filter: Expression; body: Statement[] }
  | { type: 'Break' | 'Continue' | 'Comment' }
  | Expression
)

const named = z.object({ value: z.string() })

const expression: z.ZodType<Expression> = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.object({ type: z.enum(['IntegerLiteral', 'FloatLiteral']), value: z.number() }),
    z.object({ type: z.enum(['StringLiteral', 'Identifier']), value: z.string() }),
    z.object({ type: z.enum(['ArrayLiteral', 'TupleLiteral']), value: z.array(expression) }),
    z.object({ type: z.literal('ObjectLiteral'), value: z.map(expression, expression) }),
    z.object({
      type: z.literal('MemberExpression'),
      object: expression,
      property: z.union([slice, expression]),
      computed: z.boolean(),
    }),
    z.object({ type: z.literal('CallExpression'), callee: expression, args: z.array(argument) }),
    z.object({
      type: z.literal('BinaryExpression'),
      operator: named,
      left: expression,
      right: expression,
    }),
    z.object({ type: z.literal('UnaryExpression'), operator: named, argument: expression }),
    z.object({ type: z.literal('FilterExpression'), operand: expression, filter: expression }),
    z.object({
      type: z.literal('TestExpression'),
      operand: expression,
      negate: z.boolean(),
      test: named,
    }),
    z.object({ type: z.literal('SelectExpression'), lhs: expression, test: expression }),
    z.object({
      type: z.literal('Ternary'),
      condition: expression,
      trueExpr: expression,
      falseExpr: expression,
    }),
  ]),
)

const slice = z.object({
  type: z.literal('SliceExpression'),
  start: expression.optional(),
  stop: expression.optional(),
  step: expression.optional(),
})

const argument: z.ZodType<Argument> = z.lazy(() =>
  z.union([
    z.object({ type: z.literal('KeywordArgumentExpression'), key: named, value: expression }),
    z.object({ type: z.literal('SpreadExpression'), argument: expression }),
    z.object({ type: z.literal('KeywordSpreadExpression'), argument: expression }),
    expression,
  ]),
)

const statement: z.ZodType<Statement> = z.lazy(() =>
  z.union([
    z.object({
      type: z.literal('If'),
      test: expression,
      body: statements,
      alternate: statements,
    }),
    z.object({
      type: z.literal('For'),
      loopvar: expression,
      iterable: expression,
      body: statements,
      defaultBlock: statements,
    }),
    z.object({
      type: z.literal('Set'),
      assignee: expression,
      value: expression.nullable(),
      body: statements,
    }),
    z.object({ type: z.literal('Macro'), name: named, args: z.array(argument), body: statements }),
    z.object({
      type: z.literal('CallStatement'),
      call: expression,
      callerArgs: z.array(argument).nullable(),
      body: statements,
    }),
    z.object({ type: z.literal('FilterStatement'), filter: expression, body: statements }),
    z.object({ type: z.enum(['Break', 'Continue', 'Comment']) }),
    expression,
  ]),
)
const statements = z.array(statement)

/** What the parser returns. */
export const program = z.object({ body: statements })
