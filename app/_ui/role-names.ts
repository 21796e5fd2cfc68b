import type { Role } from '#lib/payouts/permissions.ts'

export const roleNames = {
  receiver: 'Receiver',
  clerk: 'Clerk',
  approver: 'Approver',
  admin: 'Administrator',
  auditor: 'Auditor',
} as const satisfies Record<Role, string>
