// The policy as administrators change it in a browser.
import { expect } from '@playwright/test'
import type { Page } from '@playwright/test'
import { codeFor } from './codes.ts'
import type { Holder } from './codes.ts'

/** Confirms the proposal that waits, as the administrator who is signed in on `page`. */
export async function confirmPolicy(page: Page, who: Holder): Promise<void> {
  await page.goto('/desk/policy')
  await expect(page.getByRole('button', { name: 'Confirm', exact: true })).toBeVisible()
  await page.getByLabel('One-time code').fill(await codeFor(who))
  await page.getByRole('button', { name: 'Confirm', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Propose a change' })).toBeVisible()
}
