/** What is wrong with a file of grants: lib/payouts/grant-file-problems.ts. The names of columns stay English. */
export const grantFile = {
  tooLarge: 'The file is larger than {max, number} MB. Split it into several files.',
  tooManyRows: 'The file has more than {max, number} rows. Split it into several files.',
  isSpreadsheet: 'This is a spreadsheet, not a CSV file. Save it as “CSV UTF-8” and upload that.',
  notUtf8:
    'The file is not UTF-8, so letters such as é or ü would be lost. Save it as “CSV UTF-8” and upload it again.',
  brokenSheet:
    'We can’t read this spreadsheet. It may be protected by a password, of an old kind or damaged. Save it as a new XLSX file or as “CSV UTF-8”.',
  sheetTooBig: 'This spreadsheet is too large when it’s unpacked. Save it as “CSV UTF-8”, or split it.',
  brokenUtf16: 'The file is cut or damaged UTF-16. Save it as “CSV UTF-8” and upload it again.',
  empty: 'The file is empty.',
  noText: 'This isn’t text. Save the table as “CSV UTF-8” and upload that.',
  noRows: 'The file has a header and no rows.',
  separator: 'The first line names “{separator}” as separator. Use a comma, a semicolon or a tab.',
  quotes: 'A quotation mark is opened and not closed, or is inside a word.',
  cells:
    'This line has {cells, plural, one {# column} other {# columns}}, the header has {names, number}. Put a cell with a comma in quotation marks, and write amounts with a dot.',
  headerLacks: 'The header lacks {missing}. It needs “{needed}”, and can have {optional}.',
  unknownColumn: 'We don’t know a column “{name}”.',
  columnTwice: '“{name}” is in the header twice.',
  shortened:
    '{column}: “{cell}” is a number that a spreadsheet shortened. Format the column as text and enter it again.',
  narrow:
    '{column}: “{cell}” is what a spreadsheet shows when a column is too narrow. Format the column as text and enter it again.',
  sheetError:
    '{column}: “{cell}” is an error of a spreadsheet. Format the column as text and enter it again.',
  date: '{column}: “{cell}” is a date that a spreadsheet made of it. Format the column as text and enter it again.',
  numberCell:
    '{column}: “{cell}” is a number, so zeros at its beginning may be lost. Format the column as text and enter it again.',
  hiddenRow: 'This row is hidden in the spreadsheet. Show it or delete it.',
  referenceAbove: 'reference: It’s already in line {before, number}.',
  referenceTaken: 'reference: It belongs to another grant. Use a new one.',
  receiverDiffers: 'receiver: We know this receiver by another name or email.',
  receiverDiffersAbove: 'receiver: A line above has another name or email.',
} as const
