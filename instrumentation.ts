/** Next calls this once, when the server listens and before it answers. */
export async function register(): Promise<void> {
  // Written as a block, so that the build for the other runtime leaves it out.
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    try {
      const { boot } = await import('./lib/boot')
      await boot()
    } catch (error) {
      // Next would log this and go on serving, with nothing behind its pages.
      console.error(error)
      process.exit(1)
    }
  }
}
