/** Keys that are pressed one after the other. */
export function Keys({ keys }: { keys: readonly string[] }) {
  return (
    <span className="flex gap-1">
      {keys.map((key) => (
        <kbd
          key={key}
          className="min-w-5 whitespace-nowrap rounded-sm border px-1.5 text-center font-sans text-ink-muted text-xs leading-5"
        >
          {key}
        </kbd>
      ))}
    </span>
  )
}
