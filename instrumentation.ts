/** Next calls this once, when the server listens and before it answers. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { boot } = await import('./lib/lifecycle/boot')
  await boot()
}
