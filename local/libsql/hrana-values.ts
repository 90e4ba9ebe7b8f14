import { HranaError } from './hrana-error.ts';
import type { HranaValue } from './hrana-schema.ts';

export type SqlValue = null | number | bigint | string | Buffer;

const MIN_INTEGER = -(2n ** 63n);
const MAX_INTEGER = 2n ** 63n - 1n;

/** An integer becomes a bigint, for libsql binds each number as a real. */
export function decodeValue(value: HranaValue): SqlValue {
  switch (value.type) {
    case 'null':
      return null;
    case 'integer': {
      const integer = BigInt(value.value);
      if (integer < MIN_INTEGER || integer > MAX_INTEGER) {
        throw new HranaError('ARGS_INVALID', `The integer ${value.value} does not fit into 64 bits.`);
      }
      return integer;
    }
    case 'float':
      return value.value;
    case 'text':
      // libsql reads a text back only as far as its first NUL; what follows would be lost without a word.
      return value.value.replaceAll('\0', '\uFFFD');
    case 'blob':
      return Buffer.from(value.base64, 'base64');
  }
}

export function encodeValue(value: unknown): HranaValue {
  if (value === null) return { type: 'null' };
  if (typeof value === 'bigint') return { type: 'integer', value: String(value) };
  if (typeof value === 'number') return { type: 'float', value };
  if (typeof value === 'string') return { type: 'text', value };
  if (value instanceof Uint8Array) return { type: 'blob', base64: Buffer.from(value).toString('base64') };
  throw new TypeError(`libsql gave a value of the unknown kind ${typeof value}.`);
}

/** About what the value takes in the answer. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (value instanceof Uint8Array) return Math.ceil((value.byteLength * 4) / 3);
  return 16;
}
