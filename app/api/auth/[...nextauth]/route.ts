import NextAuth from 'next-auth'
import { authOptions } from '@/lib/auth/next-auth'
import { services } from '@/lib/services'

export const dynamic = 'force-dynamic'

type Context = { params: Promise<{ nextauth: string[] }> }

async function handler(request: Request, context: Context): Promise<Response> {
  return NextAuth(authOptions(services().auth))(request, context)
}

export { handler as GET, handler as POST }
