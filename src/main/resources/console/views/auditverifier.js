// Follows an exported chain from its first record to its end and names the first thing that is wrong with it: the same rules, and
// the same findings, as `hushbus audit verify`. Computed here by WebCrypto, some lines at a time, so that neither the page nor
// its memory notices how long the chain is.
import { hex, item, Malformed, sealed, statement } from './auditlines.js';

const SLICE = 50;
const START = '0'.repeat(64);

/** Lets the page draw and take clicks in between. */
const rest = () => globalThis.scheduler?.yield?.() || new Promise((go) => setTimeout(go));

/**
 * texts    what is to be checked: an async iterable of pieces of text
 * options  {pinned: public keys known from elsewhere (raw bytes) or [], beside: a file of checkpoints as text or '',
 *          tenant: whose chain it has to be, or undefined, onProgress: told {sequence, at} now and then, signal}
 * Gives {records, covered: up to which record a checkpoint vouches, checkpoints, from, to: times, signatures: whether this
 * browser could check them} or {finding: {kind, sequence, checkpoint, record: what is there, before: what came before}}.
 */
export async function verify(texts, { pinned = [], beside = '', tenant, onProgress = () => {}, signal } = {}) {
  const lines = slices(texts);
  const first = (await lines.next()).value || [];
  let chain;
  try {
    const header = item(first.shift() || '');
    if (header.type !== 'header' || (tenant && header.tenant !== tenant)) {
      return { finding: { kind: header.type === 'header' ? 'WRONG_CHAIN' : 'MALFORMED', sequence: 0 } };
    }
    const keys = await trusted(pinned.length ? pinned : await named(header));
    chain = new Chain(header, keys, await anchors(beside, header, keys));
  } catch (problem) {
    if (problem instanceof Malformed) {
      return { finding: { kind: 'MALFORMED', sequence: 0 } };
    }
    if (problem instanceof Refused) {
      return { finding: problem.finding };
    }
    throw problem;
  }
  for (let slice = first; slice; slice = (await lines.next()).value) {
    signal?.throwIfAborted();
    await chain.take(slice);
    if (chain.found) {
      await lines.return();
      break;
    }
    chain.last.at && onProgress(chain.last);
    await rest();
  }
  return chain.finish();
}

/** Whole lines, some at a time. What follows the last line feed is one, too: it has no business there. */
async function* slices(texts) {
  let rest = '';
  for await (const text of texts) {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (let at = 0; at < lines.length; at += SLICE) {
      yield lines.slice(at, at + SLICE);
    }
  }
  if (rest) {
    yield [''];
  }
}

async function digest(bytes) {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

const keyId = async (bytes) => 'ed_' + (await digest(bytes)).slice(0, 16);

/** The keys that the export names, which have to have the ids made from them. */
async function named({ keys }) {
  for (const { id, bytes } of keys) {
    if (await keyId(bytes) !== id) {
      throw new Malformed();
    }
  }
  return keys.map((one) => one.bytes);
}

/** {flaw: (checkpoint) => what is wrong with its signature, able: whether this browser knows such signatures} */
async function trusted(all) {
  const keys = new Map();
  let able = true;
  for (const bytes of all) {
    const key = await crypto.subtle.importKey('raw', bytes, 'Ed25519', false, ['verify']).catch((problem) => {
      able &&= problem.name !== 'NotSupportedError';
      return null;
    });
    keys.set(await keyId(bytes), key);
  }
  return {
    able,
    flaw: async (checkpoint) => {
      if (!keys.has(checkpoint.key_id)) {
        return 'UNKNOWN_KEY';
      }
      const key = keys.get(checkpoint.key_id);
      const good = !able || (key && await crypto.subtle.verify('Ed25519', key, checkpoint.signature, statement(checkpoint)));
      return good ? null : 'BAD_SIGNATURE';
    },
  };
}

class Refused extends Error {
  constructor(kind, sequence, checkpoint = 0) {
    super(kind);
    this.finding = { kind, sequence, checkpoint };
  }
}

/** Hashes by place that checkpoints kept apart vouch for. */
async function anchors(text, header, keys) {
  const hashes = new Map();
  if (!text) {
    return hashes;
  }
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const one = item(line);
    if (one.type !== 'checkpoint') {
      throw new Malformed();
    }
    if (one.cluster === header.cluster && one.tenant === header.tenant) {
      const flaw = await keys.flaw(one);
      if (flaw || (hashes.get(one.sequence) ?? one.hash) !== one.hash) {
        throw new Refused(flaw || 'REWRITTEN', one.sequence);
      }
      hashes.set(one.sequence, one.hash);
    }
  }
  if (hashes.size === 0) {
    throw new Refused('NO_ANCHOR', 0);
  }
  return hashes;
}

/**
 * A record that is not at its place may be missing, moved or pushed back by a copy. Which of these it is shows later, when it
 * turns
 * up or does not; until then there is a gap: {awaited, found: the finding if it turns up, not: the finding if it does not}.
 */
class Chain {
  constructor(header, keys, beside) {
    Object.assign(this, { header, keys, beside, found: null, gap: null, ended: false, covered: 0, checkpoints: 0, from: 0 });
    this.last = { sequence: 0, hash: START, at: 0 };
    this.claimed = START;
  }

  get expected() {
    return this.last.sequence + 1;
  }

  finding(kind, sequence, checkpoint = 0, record = undefined) {
    return { kind, sequence, checkpoint, record, before: this.last };
  }

  /** Takes some lines. Hashes of all of them are computed beside each other: each is over the hash that stands before it. */
  async take(lines) {
    const items = lines.map((line) => {
      try {
        return item(line);
      } catch {
        return { type: 'malformed' };
      }
    });
    await Promise.all(items.filter((one) => one.type === 'record').map(async (one) => {
      const bytes = sealed(this.claimed, this.header.tenant, one);
      this.claimed = one.hash;
      one.holds = await digest(bytes) === one.hash;
    }));
    for (const one of items) {
      if (this.found) {
        return;
      }
      if (one.type === 'malformed') {
        this.found = this.gap ? this.gap.not : this.finding('MALFORMED', this.expected);
      } else if (this.ended) {
        this.found = this.finding('MALFORMED', this.expected);
      } else if (this.gap) {
        this.search(one);
      } else {
        await this.follow(one);
      }
    }
  }

  async follow(one) {
    if (one.type === 'record') {
      this.record(one);
    } else if (one.type === 'checkpoint') {
      await this.checkpoint(one);
    } else if (one.type === 'end') {
      this.end(one);
    } else {
      this.found = this.finding('MALFORMED', this.expected);
    }
  }

  record(one) {
    const { last, expected } = this;
    if (one.sequence > expected) {
      this.gap = this.missing('DELETED', 0, one);
    } else if (one.sequence < expected) {
      this.again(one);
    } else if (!one.holds) {
      this.found = this.finding('EDITED', expected, 0, one);
    } else if ((this.beside.get(one.sequence) ?? one.hash) !== one.hash) {
      this.found = this.finding('REWRITTEN', one.sequence, one.sequence, one);
    } else {
      this.from ||= one.at;
      this.last = { sequence: one.sequence, hash: one.hash, at: Math.max(last.at, one.at) };
      this.covered = this.beside.has(one.sequence) ? one.sequence : this.covered;
    }
  }

  /** A place that was there already: a copy of that record, or the awaited one under another number. */
  again(one) {
    const copy = this.finding('DUPLICATED', one.sequence, 0, one);
    if (one.sequence === this.last.sequence && one.hash === this.last.hash) {
      this.found = copy;
    } else {
      this.gap = { awaited: this.expected, found: copy, not: this.finding('EDITED', this.expected, 0, one) };
    }
  }

  async checkpoint(one) {
    const { last } = this;
    const flaw = await this.keys.flaw(one);
    if (flaw) {
      this.found = this.finding(flaw, last.sequence);
    } else if (one.cluster !== this.header.cluster || one.tenant !== this.header.tenant) {
      this.found = this.finding('WRONG_CHAIN', last.sequence);
    } else if (one.sequence > last.sequence) {
      this.gap = this.missing('TRUNCATED', one.sequence);
    } else if (one.sequence < last.sequence) {
      this.found = this.finding('REORDERED', one.sequence);
    } else if (one.hash !== last.hash) {
      this.found = this.finding('REWRITTEN', last.sequence, last.sequence);
    } else {
      this.covered = last.sequence;
      this.checkpoints++;
    }
  }

  end(one) {
    this.ended = true;
    if (one.sequence > this.last.sequence) {
      this.found = this.finding('TRUNCATED', this.expected, this.anchorAfter());
    } else if (one.sequence < this.last.sequence) {
      this.found = this.finding('APPENDED', one.sequence + 1);
    }
  }

  search(one) {
    const { gap } = this;
    if (one.type === 'record' && one.sequence === gap.awaited) {
      this.found = gap.found;
    } else if (one.type === 'record' && gap.not.kind === 'TRUNCATED') {
      this.gap = this.missing('DELETED', 0, one);
    } else if (one.type === 'end' && gap.found.kind === 'DUPLICATED' && one.sequence < gap.awaited) {
      this.found = gap.found;
    }
  }

  /** after: the record that stands where the missing one should. */
  missing(kind, checkpoint, after) {
    const found = this.finding('REORDERED', this.expected, 0);
    return { awaited: this.expected, found, not: { ...this.finding(kind, this.expected, checkpoint), after } };
  }

  /** The first checkpoint kept apart that is for a later record; 0 if there is none. */
  anchorAfter() {
    return [...this.beside.keys()].filter((one) => one > this.last.sequence).sort((a, b) => a - b)[0] || 0;
  }

  finish() {
    let found = this.found || this.gap?.not;
    if (!found && !this.ended) {
      found = this.finding('INCOMPLETE', this.expected);
    }
    if (!found && this.anchorAfter()) {
      found = this.finding('TRUNCATED', this.expected, this.anchorAfter());
    }
    return found ? { finding: found } : { records: this.last.sequence, covered: this.covered, checkpoints: this.checkpoints,
      from: this.from, to: this.last.at, signatures: this.keys.able };
  }
}
