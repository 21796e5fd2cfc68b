/** The gateway’s fields, as people read them beside an input. The keys are Cardzo’s names. */
export const fields = {
  account_number: 'Account number',
  bank_name: 'Bank name',
  bank_branch: 'Bank branch',
  bank_province: 'Bank province',
  bank_city: 'Bank city',
  bank_code: 'Bank code',
  routing_number: 'Routing number',
  first_name: 'First name',
  last_name: 'Last name',
  email: 'Email',
  phone: 'Phone',
  purpose: 'Purpose',
  ipaddress: 'IP address',
} as const
