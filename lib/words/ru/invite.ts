import type { Same } from '../same.ts'
import type { invite as english } from '../en/invite.ts'

export const invite = {
  title: 'Приглашение',
  choose: 'Задайте пароль',
  lead: '<name></name>, вас приглашает на портал выплат <by></by>.',
  emailHint: 'По этому адресу вы будете входить.',
  use: 'Сохранить пароль',
  overTitle: 'Срок действия приглашения истёк, или его уже использовали.',
  overText: 'Попросите у администратора новое или <link>войдите</link>.',
} as const satisfies Same<typeof english>
