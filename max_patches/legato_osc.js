"use strict";
/**
 * OSC 1.0 over a TCP stream: messages, and the frames that begin with their size.
 *
 * The rules are those of the OSC 1.0 specification; numbers without a fraction go as int32,
 * others as float32, since a Max atom does not say which it was.
 */

/** @typedef {number | string | Buffer} Atom */
/** @typedef {{ address: string, atoms: Atom[] }} Message */

const MAX_FRAME_BYTES = 1 << 24;
const MAX_DEPTH = 8;
const INT32 = 2 ** 31;

/**
 * Return text with its NUL, padded to four bytes.
 * @param {string} text
 * @returns {Buffer}
 */
function padded(text) {
  const bytes = Buffer.from(text, "utf8");
  const whole = Buffer.alloc((Math.floor(bytes.length / 4) + 1) * 4);
  bytes.copy(whole);
  return whole;
}

/**
 * @param {number} value
 * @returns {[string, Buffer]}
 */
function encodedNumber(value) {
  const bytes = Buffer.alloc(4);
  if (Number.isInteger(value) && value >= -INT32 && value < INT32) {
    bytes.writeInt32BE(value);
    return ["i", bytes];
  }
  bytes.writeFloatBE(value);
  return ["f", bytes];
}

/**
 * @param {Atom} atom
 * @returns {[string, Buffer]}
 */
function encodedAtom(atom) {
  if (typeof atom === "number") {
    return encodedNumber(atom);
  }
  if (typeof atom === "string") {
    return ["s", padded(atom)];
  }
  const size = Buffer.alloc(4);
  size.writeUInt32BE(atom.length);
  return ["b", Buffer.concat([size, atom, Buffer.alloc((4 - (atom.length % 4)) % 4)])];
}

/**
 * Return a message as the bytes of its packet.
 * @param {string} address
 * @param {Atom[]} atoms
 * @returns {Buffer}
 */
function encode(address, atoms) {
  const parts = atoms.map(encodedAtom);
  const tags = "," + parts.map(([tag]) => tag).join("");
  return Buffer.concat([padded(address), padded(tags), ...parts.map(([, bytes]) => bytes)]);
}

/** Reads a packet from its beginning; every step throws a RangeError beyond its end. */
class Reader {
  /** @param {Buffer} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  /**
   * @param {number} size
   * @returns {Buffer}
   */
  take(size) {
    if (this.at + size > this.bytes.length) {
      throw new RangeError(`a packet of ${this.bytes.length} bytes ends too soon`);
    }
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  /** @returns {string} */
  text() {
    const end = this.bytes.indexOf(0, this.at);
    if (end < 0) {
      throw new RangeError("a text in a packet has no end");
    }
    const size = end - this.at;
    return this.take((Math.floor(size / 4) + 1) * 4).toString("utf8", 0, size);
  }

  /** @returns {Buffer} */
  blob() {
    const size = this.take(4).readUInt32BE();
    return this.take(Math.ceil(size / 4) * 4).subarray(0, size);
  }
}

/** @type {Record<string, (reader: Reader) => Atom>} */
const READERS = {
  i: (reader) => reader.take(4).readInt32BE(),
  f: (reader) => reader.take(4).readFloatBE(),
  s: (reader) => reader.text(),
  b: (reader) => reader.blob(),
};

/**
 * @param {Reader} reader
 * @param {string} tag
 * @returns {Atom}
 */
function decodedAtom(reader, tag) {
  const read = READERS[tag];
  if (!read) {
    throw new RangeError(`type ${tag} came; Legato sends i, f, s and b alone`);
  }
  return read(reader);
}

/**
 * Return the messages of a packet, a bundle's in their order.
 * @param {Buffer} packet
 * @param {number} [depth]
 * @returns {Message[]}
 * @throws {RangeError} when it is no OSC
 */
function decode(packet, depth = 0) {
  const reader = new Reader(packet);
  const address = reader.text();
  if (address !== "#bundle") {
    const tags = reader.text().slice(1);
    return [{ address, atoms: [...tags].map((tag) => decodedAtom(reader, tag)) }];
  }
  if (depth >= MAX_DEPTH) {
    throw new RangeError("bundles lie too deep");
  }
  reader.take(8);
  const messages = [];
  while (reader.at < packet.length) {
    messages.push(...decode(reader.take(reader.take(4).readUInt32BE()), depth + 1));
  }
  return messages;
}

/**
 * Return a packet with its size before it.
 * @param {Buffer} packet
 * @returns {Buffer}
 */
function framed(packet) {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(packet.length);
  return Buffer.concat([size, packet]);
}

/** Cuts a stream into packets, however it was cut on its way. */
class Frames {
  constructor() {
    /** @type {Buffer} */
    this.rest = Buffer.alloc(0);
  }

  /**
   * Return the packets that are whole now.
   * @param {Buffer} piece
   * @returns {Buffer[]}
   * @throws {RangeError} when a frame cannot be one
   */
  feed(piece) {
    this.rest = Buffer.concat([this.rest, piece]);
    const packets = [];
    while (this.rest.length >= 4) {
      const size = this.rest.readUInt32BE();
      if (size > MAX_FRAME_BYTES) {
        throw new RangeError(`a frame of ${size} bytes came; is it a Legato that answers?`);
      }
      if (this.rest.length < 4 + size) {
        break;
      }
      packets.push(this.rest.subarray(4, 4 + size));
      this.rest = this.rest.subarray(4 + size);
    }
    return packets;
  }
}

module.exports = { Frames, decode, encode, framed };
