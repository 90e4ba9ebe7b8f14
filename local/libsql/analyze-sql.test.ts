import { describe, expect, it } from 'vitest';
import { analyzeSql } from './analyze-sql.ts';

const texts = (sql: string) => analyzeSql(sql).map((statement) => statement.text);

describe('statements', () => {
  it.each([
    ['SELECT 1', ['SELECT 1']],
    ['SELECT 1; SELECT 2;', ['SELECT 1;', 'SELECT 2;']],
    [' ;; SELECT 1 ; ; ', ['SELECT 1 ;']],
    ['', []],
    ['-- only a comment; really', []],
    ['/* ; */ SELECT 1', ['/* ; */ SELECT 1']],
    [
      "SELECT 'a;b', 'it''s;', \"c;\"\"d\", `e;`, [f;g]; SELECT 2",
      ["SELECT 'a;b', 'it''s;', \"c;\"\"d\", `e;`, [f;g];", 'SELECT 2'],
    ],
    ['SELECT 1 -- ; not here\n; SELECT 2', ['SELECT 1 -- ; not here\n;', 'SELECT 2']],
    ["SELECT 'never closed; SELECT 2", ["SELECT 'never closed; SELECT 2"]],
    ['SELECT CASE WHEN 1 THEN 2 END; SELECT 3', ['SELECT CASE WHEN 1 THEN 2 END;', 'SELECT 3']],
  ])('of %j are %j', (sql, expected) => {
    expect(texts(sql)).toEqual(expected);
  });

  it('keep a trigger whole, its body and its CASE among them', () => {
    const trigger =
      'create temp trigger t after insert on a begin update a set x = case when 1 then 2 end; delete from b; end;';
    expect(texts(`${trigger} SELECT 1`)).toEqual([trigger, 'SELECT 1']);
  });

  it('of a literal of two megabytes are found', () => {
    expect(analyzeSql(`SELECT '${"x''".repeat(1_000_000)}'; SELECT 2`)).toHaveLength(2);
  });
});

describe('parameters', () => {
  it.each([
    ['SELECT ?, ?', [undefined, undefined]],
    ['SELECT :a, @b, $c, :a', [':a', '@b', '$c']],
    ['SELECT ?3, ?', [undefined, undefined, '?3', undefined]],
    ['SELECT \':a\', "?", x -- ?\n', []],
    ['SELECT :ä', [':ä']],
  ])('of %j are %j', (sql, expected) => {
    expect(analyzeSql(sql)[0]?.parameters).toEqual(expected);
  });
});

describe('what a statement may do', () => {
  it.each([
    ['ATTACH DATABASE "x" AS y', true],
    ['detach y', true],
    ["VACUUM INTO '/tmp/x'", true],
    ["VACUUM main INTO '/tmp/x'", true],
    ['VACUUM', false],
    ["SELECT 'ATTACH'", false],
  ])('%s is forbidden: %s', (sql, expected) => {
    expect(analyzeSql(sql)[0]?.isForbidden).toBe(expected);
  });

  it.each([
    ['PRAGMA recursive_triggers = ON', true],
    ['PRAGMA case_sensitive_like(1)', true],
    ['PRAGMA cache_size', false],
    ['PRAGMA foreign_keys = OFF', false],
    ['PRAGMA table_info(a)', false],
    ['PRAGMA user_version = 3', false],
    ['CREATE TEMPORARY TABLE a (b)', true],
    ['CREATE TABLE a (b)', false],
  ])('%s changes the connection: %s', (sql, expected) => {
    expect(analyzeSql(sql)[0]?.changesConnection).toBe(expected);
  });
});
