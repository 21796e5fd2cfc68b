import type { Same } from '../same.ts'
import type { risk as english } from '../en/risk.ts'

export const risk = {
  check: {
    first_payment: 'Первая выплата',
    new_destination: 'Новый счёт',
    shared_destination: 'Счёт есть и у другого получателя',
    name_differs: 'Счёт на другое имя',
    amount_above_history: 'Намного больше обычного',
    same_request: 'Такой же запрос за 24 часа',
    many_requests: 'Много запросов',
    contact_changed: 'Недавно изменена электронная почта',
  },
} as const satisfies Same<typeof english>
