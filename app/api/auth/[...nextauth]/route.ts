import { services } from '@/lib/services'

export const dynamic = 'force-dynamic'

type Context = { params: Promise<{ nextauth: string[] }> }

function handler(request: Request, context: Context): Promise<Response> {
  return services().auth.signIn.handle(request, context)
}

export { handler as GET, handler as POST }
