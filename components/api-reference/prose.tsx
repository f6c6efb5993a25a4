/** A text of the endpoints' definitions: what stands in backticks is code. */
export function Prose({ children }: { children: string }) {
  return children.split('`').map((part, index) =>
    index % 2 === 1 ? (
      <code
        key={index.toString()}
        className="break-words rounded-sm bg-hover px-1 font-mono text-[0.92em]"
      >
        {part}
      </code>
    ) : (
      part
    ),
  )
}
