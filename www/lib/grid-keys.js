/**
 * The keys of a grid and the commands that they stand for; moves of the active cell are in `cursor.js`. Pure.
 */

/**
 * @typedef {'ascending' | 'descending' | 'unsorted' | 'sortNext' | 'sortNextToo' | 'left' | 'right' | 'narrower' |
 *   'wider' | 'fit' | 'split' | 'hide'} ColumnCommand what is done with the column of the active cell
 *
 * @typedef {ColumnCommand | 'menu' | 'open' | 'toggleGroup' | 'markAll' | 'markColumn' | 'markRow' | 'unmark' | 'copy' |
 *   'firstRow'} GridCommand
 */

/** On a header. @type {ReadonlyMap<string, GridCommand>} */
const HEADER_KEYS = new Map([
  ['Alt+ArrowLeft', 'narrower'],
  ['Alt+ArrowRight', 'wider'],
  ['Shift+ArrowLeft', 'left'],
  ['Shift+ArrowRight', 'right'],
  ['Enter', 'sortNext'],
  [' ', 'sortNext'],
  ['Shift+Enter', 'sortNextToo'],
])

/** On a cell or header of a column. @type {ReadonlyMap<string, GridCommand>} */
const COLUMN_KEYS = new Map([
  ['[', 'ascending'],
  [']', 'descending'],
  ['H', 'hide'],
  ['z', 'fit'],
  ['s', 'split'],
  ['Alt+ArrowDown', 'menu'],
  ['Shift+F10', 'menu'],
  ['ContextMenu', 'menu'],
])

/** Everywhere. Shift does not show in the name of a key that is one character long. @type {ReadonlyMap<string, GridCommand>} */
const CELL_KEYS = new Map([
  ['Enter', 'open'],
  ['d', 'open'],
  ['Ctrl+a', 'markAll'],
  ['Ctrl+ ', 'markColumn'],
  [' ', 'markRow'],
  ['Ctrl+c', 'copy'],
  ['y', 'copy'],
  ['Escape', 'unmark'],
])

/** On a group. The arrow that changes its state does the same: right expands, left collapses. */
const GROUP_KEYS = ['Enter', ' ', 'd']

/** What the menu of a column offers, in order. @type {readonly { command: ColumnCommand, label: string, keys?: string }[]} */
export const COLUMN_MENU = [
  { command: 'ascending', label: 'Sort ascending', keys: '[' },
  { command: 'descending', label: 'Sort descending', keys: ']' },
  { command: 'unsorted', label: 'Do not sort by this column' },
  { command: 'left', label: 'Move left', keys: 'Shift+Left' },
  { command: 'right', label: 'Move right', keys: 'Shift+Right' },
  { command: 'fit', label: 'Fit width', keys: 'z' },
  { command: 'split', label: 'Split, transform …', keys: 's' },
  { command: 'hide', label: 'Hide', keys: 'H' },
]

/**
 * A key press as text: `Ctrl+Alt+Shift+ArrowLeft`, `G`. The Command key of a Mac counts as Ctrl.
 *
 * @param {Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>} event
 */
export function keysOf({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  const isNamed = key.length > 1
  return `${ctrlKey || metaKey ? 'Ctrl+' : ''}${altKey ? 'Alt+' : ''}${shiftKey && isNamed ? 'Shift+' : ''}${key}`
}

/**
 * Where the active cell is.
 *
 * @typedef {object} KeyContext
 * @property {boolean} isHeader
 * @property {boolean} hasColumn false: the grid has no columns
 * @property {'expanded' | 'collapsed' | null} group null: the active cell is no group
 * @property {boolean} hasMarks more is marked than the active cell
 */

/**
 * @param {string} keys
 * @param {string} before the keys pressed before
 * @param {KeyContext} context
 * @returns {GridCommand | null} null: no command
 */
export function commandOf(keys, before, { isHeader, hasColumn, group, hasMarks }) {
  const away = group === 'expanded' ? 'ArrowLeft' : 'ArrowRight'
  if (group && (GROUP_KEYS.includes(keys) || keys === away)) return 'toggleGroup'
  if (keys === 'g' && before === 'g') return 'firstRow'
  const command =
    (isHeader && hasColumn && HEADER_KEYS.get(keys)) ||
    (hasColumn && COLUMN_KEYS.get(keys)) ||
    CELL_KEYS.get(keys) ||
    null
  return command === 'unmark' && !hasMarks ? null : command
}
