// What the demo's data lacks and pages would be empty without: a batch with an error, and a webhook target that fails.
import type { Browser } from '@playwright/test'
import type pg from 'pg'
import { accountFor } from '../support/simulator.ts'
import type { Sessions } from './main.ts'

const rows = [
  'key,receiver,currency,amount,account_number,bank_name,first_name,last_name',
  `salary-1,emma@demo.example,EUR,1840.00,${accountFor('approve')},Example Bank,Emma,Larsen`,
  `salary-2,noah@demo.example,EUR,2210.50,${accountFor('approve')},Example Bank,Noah,Berg`,
  `salary-3,mia@demo.example,EUR,-1,${accountFor('approve')},Example Bank,Mia,Costa`,
]

export async function prepare(
  sessions: Sessions,
  browser: Browser,
  baseURL: string,
  database: pg.Client,
): Promise<void> {
  const session = sessions.get('clerk')
  const context = await browser.newContext({ baseURL, ...(session && { storageState: session }) })
  const page = await context.newPage()
  await page.goto('/desk/batches/new')
  const file = { name: 'salaries.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.join('\n')) }
  await page.locator('#content input[type=file]').setInputFiles(file)
  await page.getByRole('button', { name: 'Check the file' }).click()
  await page.waitForURL(/\/desk\/batches\/[0-9a-f-]{36}/)
  await context.close()
  // Two admins and a listening system are not what the pictures are about.
  await database.query(`WITH off AS (SELECT set_config('session_replication_role', 'replica', true)),
    target AS (INSERT INTO webhook_target (id, name, kind, address_sealed, address_shown, events, failing_since)
      SELECT gen_random_uuid(), 'Bookkeeping', 'signed', 'v1.', 'https://books.example', ARRAY['payout.paid'], now() - interval '2 hours'
      FROM off RETURNING id),
    event AS (INSERT INTO webhook_event (at, type) VALUES (now(), 'payout.paid') RETURNING id)
    INSERT INTO webhook_delivery (target_id, event_id, due_at, attempts, status, answer, error)
    SELECT target.id, event.id, now() + interval '1 hour', 3, 500, 'Internal Server Error', 'It answered 500.' FROM target, event`)
}
