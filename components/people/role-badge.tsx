import { ShieldCheck } from 'lucide-react'
import { Badge } from '@/components/ui/badge'

/** What somebody may do, or will be allowed to. */
export function RoleBadge({ role }: { role: 'admin' | 'user' }) {
  if (role === 'user') return <Badge>user</Badge>
  return (
    <Badge tone="good" icon={ShieldCheck}>
      admin
    </Badge>
  )
}
