import type { Same } from '../same.ts'
import type { history as english } from '../en/history.ts'

export const history = {
  decided: 'Вы приняли решение по выплате <link></link>.',
  decidedNow: 'Её статус сейчас:',
  previous: 'Предыдущая',
  next: 'Следующая',
  inList: 'В списке',
  backToList: 'Назад к списку',
  evidence: 'Скачать доказательства',
  evidenceHint:
    'Один запечатанный файл со всем, что известно о выплате. Каждое скачивание попадает в журнал действий.',
  asked:
    'Запрошено {n, plural, one {# раз} few {# раза} many {# раз} other {# раза}}, с <from></from> до <to></to>',
  said: 'Тот же ответ {n, plural, one {# раз} few {# раза} many {# раз} other {# раза}}, последний <at></at>',
  times: '{n, plural, one {# раз} few {# раза} many {# раз} other {# раза}}, с <from></from> до <to></to>',
  showAll: 'Показать все',
  mailTo: 'Письмо {n, plural, one {# человеку} few {# людям} many {# людям} other {# человека}}: {subject}',
  mailSent: 'отправлено <at></at>',
  mailWaits: 'ещё не отправлено',
  mailFailed:
    'не отправлено, {n, plural, one {# попытка} few {# попытки} many {# попыток} other {# попытки}}',
  noteStaff: 'Внутренняя заметка',
  noteReceiver: 'Заметка получателю',
  noteChanged: 'изменена <at></at>',
  noteEdited: 'Заметка изменена. Выше показан её текст сейчас.',
  exchange: {
    title: 'Запрос и ответ',
    sent: 'Отправлено',
    answer: 'Ответ',
    none: 'Нет ответа',
    took: 'Заняло {ms, number} мс',
    http: 'Ответ HTTP {status}',
    clock: 'Часы Cardzo: {date}',
    accepted: 'Наша подпись принята',
    refused: 'Наша подпись или адрес отклонены',
    callbackSigned: 'Подпись верна',
    everything: 'Вся запись',
  },
  clockOff:
    'Часы Cardzo расходились с нашими на {s, plural, one {# секунду} few {# секунды} many {# секунд} other {# секунды}}',
  notes: {
    title: 'Заметки',
    write: 'Написать заметку',
    text: 'Заметка',
    toReceiver: 'Показать получателю на странице статуса',
    hint: 'Изменить её можно в течение пяти минут. Потом она останется как есть.',
    save: 'Сохранить заметку',
    change: 'Изменить',
    saveChange: 'Сохранить изменение',
    notSaved: 'Заметка не сохранена',
  },
} as const satisfies Same<typeof english>
