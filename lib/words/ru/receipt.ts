import type { Same } from '../same.ts'
import type { receipt as english } from '../en/receipt.ts'

export const receipt = {
  title: 'Квитанция',
  paid: 'Выплачено',
  to: 'На счёт',
  bank: 'Банк',
  account: 'Последние цифры счёта',
  requested: 'Дата запроса',
  paidAt: 'Дата выплаты',
  reference: 'Номер выплаты',
  order: 'Номер ордера Cardzo',
  code: 'Код проверки',
  checkHow: 'Любой может проверить квитанцию на странице <address></address> по номеру выплаты и коду.',
  qr: 'QR-код для проверки квитанции',
  download: 'Скачать PDF',
  back: 'Вернуться к выплате',
  check: {
    title: 'Проверка квитанции',
    lead: 'Введите номер выплаты и код с квитанции. Мы сообщим, отправляли ли эти деньги.',
    code: 'Код',
    button: 'Проверить',
    genuine: 'Квитанция подлинная',
    amount: 'Сумма',
    status: 'Статус',
    wrong: 'Такой квитанции у нас нет. Проверьте номер выплаты и код.',
    tooMany: 'Слишком много попыток. Подождите минуту и повторите.',
  },
} as const satisfies Same<typeof english>
