import type { Transaction } from './client.ts'

/** What the composition adds to a store's own transaction. */
export type StoreHooks = {
  /** Called in the transaction that wrote these mails, so that the job to send them exists exactly when they do. */
  enqueueMail: (tx: Transaction, mailIds: string[]) => Promise<void>
}
