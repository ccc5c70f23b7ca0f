import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quotedText, wordBeginning } from '../../www/lib/query-text.js'

test('a text as the query language writes it', () => {
  assert.equal(quotedText('var/log/a b.log'), '"var/log/a b.log"')
  assert.equal(quotedText('C:\\logs\\"x".log'), '"C:\\\\logs\\\\\\"x\\".log"')
  assert.equal(quotedText('a\nb\u202e\u00a0é*'), '"a\\u{a}b\\u{202e}\\u{a0}é*"')
  assert.equal(wordBeginning('a b/c-1.tar!/'), 'a\\ b\\/c\\-1\\.tar\\!\\/*')
  assert.equal(wordBeginning('é*\t'), 'é\\*\\u{9}*')
})
