import type { Same } from '../same.ts'
import type { fields as english } from '../en/fields.ts'

export const fields = {
  account_number: 'Номер счёта',
  bank_name: 'Название банка',
  bank_branch: 'Отделение банка',
  bank_province: 'Регион банка',
  bank_city: 'Город банка',
  bank_code: 'Код банка',
  routing_number: 'Маршрутный номер',
  first_name: 'Имя',
  last_name: 'Фамилия',
  email: 'Электронная почта',
  phone: 'Телефон',
  purpose: 'Назначение платежа',
  ipaddress: 'IP-адрес',
} as const satisfies Same<typeof english>
