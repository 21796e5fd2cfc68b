import type { Same } from '../same.ts'
import type { newPayout as english } from '../en/new-payout.ts'

export const newPayout = {
  title: 'Новая выплата',
  lead: 'Вы вводите выплату для получателя, затем решение принимает согласующий.',
  receiver: 'Получатель',
  payout: 'Выплата',
  input: {
    externalId: 'Номер получателя',
    firstName: 'Имя',
    lastName: 'Фамилия',
    email: 'Электронная почта',
  },
  numberHint: 'Ваш собственный номер этого клиента, например cust-42.',
  description: 'Назначение',
  payAt: 'Отправить не раньше',
  payAtHint:
    'Время: {zone}, не дальше чем через 30 дней. Если не заполнять, выплата уйдёт сразу после согласования.',
  submit: 'Отправить на согласование',
} as const satisfies Same<typeof english>
