import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COLUMN_MENU, commandOf, keysOf } from '../../www/lib/grid-keys.js'

/** @param {string} key @param {object} [held] */
const press = (key, held) =>
  keysOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held })

/** @param {string} keys @param {Partial<import('../../www/lib/grid-keys.js').KeyContext>} [context] @param {string} [before] */
const command = (keys, context, before = '') =>
  commandOf(keys, before, { isHeader: false, hasColumn: true, group: null, hasMarks: false, ...context })

test('Shift shows in the name of a key only where the key itself does not change', () => {
  assert.equal(press('ArrowLeft', { shiftKey: true }), 'Shift+ArrowLeft')
  assert.equal(press('H', { shiftKey: true }), 'H')
  assert.equal(press('a', { metaKey: true }), 'Ctrl+a')
  assert.equal(
    press('ArrowLeft', { ctrlKey: true, altKey: true, shiftKey: true }),
    'Ctrl+Alt+Shift+ArrowLeft',
  )
})

test('Enter opens a row, sorts at a header, and expands a group', () => {
  assert.equal(command('Enter'), 'open')
  assert.equal(command('Enter', { isHeader: true }), 'sortNext')
  assert.equal(command('Shift+Enter', { isHeader: true }), 'sortNextToo')
  assert.equal(command('Enter', { group: 'collapsed' }), 'toggleGroup')
})

test('an arrow toggles a group only away from its state', () => {
  assert.equal(command('ArrowRight', { group: 'collapsed' }), 'toggleGroup')
  assert.equal(command('ArrowLeft', { group: 'expanded' }), 'toggleGroup')
  assert.equal(command('ArrowLeft', { group: 'collapsed' }), null)
  assert.equal(command('ArrowRight', { group: 'expanded' }), null)
  assert.equal(command('ArrowRight'), null)
})

test('a space marks the row, sorts at a header, and with Ctrl marks the column', () => {
  assert.equal(command(' '), 'markRow')
  assert.equal(command(' ', { isHeader: true }), 'sortNext')
  assert.equal(command('Ctrl+ '), 'markColumn')
})

test('Escape is a command only while something is marked', () => {
  assert.equal(command('Escape', { hasMarks: true }), 'unmark')
  assert.equal(command('Escape'), null)
})

test('g twice goes to the first row', () => {
  assert.equal(command('g'), null)
  assert.equal(command('g', {}, 'g'), 'firstRow')
  assert.equal(command('g', {}, 'x'), null)
})

test('keys of a column do nothing where there is none', () => {
  assert.equal(command('z'), 'fit')
  assert.equal(command('z', { hasColumn: false }), null)
  assert.equal(command('Enter', { hasColumn: false, isHeader: true }), 'open')
})

test('every key that the menu of a column shows runs the command beside it', () => {
  for (const { command: expected, keys } of COLUMN_MENU) {
    if (keys === undefined) continue
    const pressed = keys.replace('Left', 'ArrowLeft').replace('Right', 'ArrowRight')
    assert.equal(command(pressed, { isHeader: true }), expected, keys)
  }
})

test('keys that are no commands are left alone', () => {
  for (const keys of ['x', 'ArrowDown', 'Tab', 'Ctrl+f', 'constructor'])
    assert.equal(command(keys), null, keys)
})
