/** What payout-check gets where nobody says otherwise. The account is a published example; nobody owns it. */
export const sampleFields: Readonly<Record<string, string>> = {
  account_number: 'DE89370400440532013000',
  bank_name: 'Example Bank',
  bank_branch: 'Main branch',
  bank_province: 'Berlin',
  bank_city: 'Berlin',
  bank_code: '37040044',
  routing_number: '37040044',
  first_name: 'Ada',
  last_name: 'Nowak',
  email: 'ada@example.com',
  phone: '+442071234567',
  purpose: 'Proof of the connection',
  ipaddress: '203.0.113.7',
}
