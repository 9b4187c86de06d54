// Lines of an export of the audit trail, read as strictly as `hushbus audit verify` reads them, and the bytes of a record and of
// a checkpoint over which hashes and signatures are made (docs/adr/0004-audit-chain.md).

export class Malformed extends Error {}

const LONGEST = 1 << 20;
const ID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const TEXT = '"(?:[^"\\\\]|\\\\.)*"';
const WHOLE = '-?(?:0|[1-9][0-9]{0,14})';
const RECORD = new RegExp(`^\\{"type":"record","sequence":(${WHOLE}),"record_id":"(${ID})","at":"([^"]*)","request_id":"(${ID})",`
  + `"principal":(${TEXT}),"action":(${TEXT}),"outcome":(${TEXT}),"resource_kind":(${TEXT}),"resource_id":(null|"${ID}"),`
  + `"resource_name":(null|${TEXT}),"version":(null|${WHOLE}),"project_id":(null|"${ID}"),"source":(${TEXT}),`
  + '"detail":(\\{.*\\}),"hash":"([0-9a-f]{64})"\\}$', 's');
const ONE_ID = new RegExp(`^${ID}$`);
const HASH = /^[0-9a-f]{64}$/;
const HEADER = ['type', 'format', 'cluster', 'tenant', 'keys'];
const SIGNED = ['type', 'cluster', 'tenant', 'sequence', 'hash', 'at', 'key_id', 'signature'];
const COUNTED = ['change', 'secrets', 'highest', 'epoch', 'position', 'inventory'];
const SIGNED_COUNTED = [...SIGNED.slice(0, 6), ...COUNTED, ...SIGNED.slice(6)];

/** One line as {type: 'header', 'record', 'checkpoint' or 'end', ...}; throws Malformed for anything else. */
export function item(line) {
  expect(line.length > 0 && line.length <= LONGEST);
  const record = RECORD.exec(line);
  return record ? recordOf(record) : otherOf(json(line));
}

function recordOf([, sequence, id, time, request, principal, action, outcome, kind, resource, name, version, project, source,
  detail, hash]) {
  json(detail);
  return {
    type: 'record', sequence: Number(sequence), id, at: instant(time), request, principal: json(principal), action: json(action),
    outcome: json(outcome), kind: json(kind), resource: json(resource), name: json(name), version: json(version),
    project: json(project), source: json(source), detail, hash,
  };
}

function otherOf(line) {
  const names = Object.keys(line);
  const has = (wanted) => names.length === wanted.length && wanted.every((name, i) => names[i] === name);
  if (line.type === 'header' && has(HEADER)) {
    expect(line.format === 'hushbus-audit/1' && ONE_ID.test(line.cluster) && ONE_ID.test(line.tenant));
    return { ...line, keys: Object.entries(line.keys).map(([id, key]) => ({ id, bytes: base64url(key) })) };
  }
  if (line.type === 'checkpoint' && (has(SIGNED) || has(SIGNED_COUNTED))) {
    expect(ONE_ID.test(line.cluster) && ONE_ID.test(line.tenant) && HASH.test(line.hash) && isWhole(line.sequence)
      && typeof line.key_id === 'string');
    const counted = names.length > SIGNED.length;
    expect(!counted || (COUNTED.slice(0, -1).every((name) => isWhole(line[name])) && HASH.test(line.inventory)));
    return { ...line, at: instant(line.at), counted, signature: base64url(line.signature) };
  }
  expect(line.type === 'end' && has(['type', 'sequence']) && isWhole(line.sequence));
  return line;
}

const isWhole = (number) => Number.isSafeInteger(number);

function expect(holds) {
  if (!holds) {
    throw new Malformed();
  }
}

function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Malformed();
  }
}

/** Milliseconds; in the one form that the broker writes. */
function instant(text) {
  const at = new Date(text);
  expect(!Number.isNaN(at.getTime()) && at.toISOString() === text);
  return at.getTime();
}

/** Bytes of base64url without padding. */
export function base64url(text) {
  expect(typeof text === 'string' && /^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1);
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));
  } catch {
    throw new Malformed();
  }
}

export const hex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, '0')).join('');

const utf8 = new TextEncoder();
const KINDS = { text: 1, bytes: 2, number: 3, id: 4, time: 6 };
const ABSENT = 0x80;
const WORST_UTF8 = 3;

/** Fields as bytes of which no two lists of fields have the same: kind, and a length where there is more than one. */
class Fields {
  constructor() {
    this.grow(1 << 12);
  }

  grow(size) {
    const larger = new Uint8Array(size);
    this.bytes && larger.set(this.bytes);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }

  room(more) {
    this.at + more > this.bytes.length && this.grow(2 * (this.at + more));
  }

  begin(before, label) {
    this.at = 0;
    before && this.raw(before);
    this.view.setUint16(this.at, label.length);
    this.at += 2;
    return this.raw(utf8.encode(label));
  }

  raw(bytes) {
    this.room(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
    return this;
  }

  /** Says which kind of field follows; false if there is none. */
  kind(kind, value) {
    this.room(16);
    this.bytes[this.at++] = value === null ? kind | ABSENT : kind;
    return value !== null;
  }

  text(text) {
    if (this.kind(KINDS.text, text)) {
      this.room(4 + text.length * WORST_UTF8);
      const { written } = utf8.encodeInto(text, this.bytes.subarray(this.at + 4));
      this.view.setUint32(this.at, written);
      this.at += 4 + written;
    }
    return this;
  }

  hash(bytes) {
    this.kind(KINDS.bytes, bytes);
    this.view.setUint32(this.at, bytes.length);
    this.at += 4;
    return this.raw(bytes);
  }

  number(number, kind = KINDS.number) {
    if (this.kind(kind, number)) {
      this.view.setBigInt64(this.at, BigInt(number));
      this.at += 8;
    }
    return this;
  }

  time(millis) {
    return this.number(millis, KINDS.time);
  }

  id(id) {
    return this.kind(KINDS.id, id) ? this.raw(unhex(id.replaceAll('-', ''))) : this;
  }

  end() {
    return this.bytes.slice(0, this.at);
  }
}

const TEN = 'a'.charCodeAt(0) - 10;
const ZERO = '0'.charCodeAt(0);
const digit = (code) => (code < TEN ? code - ZERO : code - TEN);

function unhex(text) {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = 16 * digit(text.charCodeAt(2 * i)) + digit(text.charCodeAt(2 * i + 1));
  }
  return bytes;
}

const fields = new Fields();

/** What the hash of a record is made of: the hash before it, and all that it says. */
export function sealed(previous, tenant, one) {
  return fields.begin(unhex(previous), 'audit-record/1').id(tenant).number(one.sequence).id(one.id).time(one.at).id(one.request)
    .text(one.principal).text(one.action).text(one.outcome).text(one.kind).id(one.resource).text(one.name).number(one.version)
    .id(one.project).text(one.source).text(one.detail).end();
}

/** What a checkpoint's signature is made over. */
export function statement(one) {
  fields.begin(null, one.counted ? 'audit-checkpoint/2' : 'audit-checkpoint/1').id(one.cluster).id(one.tenant)
    .number(one.sequence).hash(unhex(one.hash)).time(one.at);
  if (one.counted) {
    COUNTED.slice(0, -1).forEach((name) => fields.number(one[name]));
    fields.hash(unhex(one.inventory));
  }
  return fields.end();
}
