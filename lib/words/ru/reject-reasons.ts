import type { Same } from '../same.ts'
import type { rejectReasons as english } from '../en/reject-reasons.ts'

export const rejectReasons = {
  details: {
    label: 'Неверные реквизиты',
    text: 'Реквизиты счёта указаны неверно. Проверьте их и отправьте запрос снова.',
  },
  duplicate: {
    label: 'Запрошено дважды',
    text: 'Эта же выплата запрошена дважды, поэтому мы отправим её только один раз.',
  },
  amount: {
    label: 'Сумма не согласована',
    text: 'Сумма отличается от согласованной. Свяжитесь с нами, прежде чем отправлять новый запрос.',
  },
  document: {
    label: 'Не хватает документа',
    text: 'Не хватает документа. Пришлите его нам и отправьте запрос снова.',
  },
} as const satisfies Same<typeof english>
