"use strict";
const assert = require("node:assert");
const path = require("node:path");
const test = require("node:test");
const { Frames, decode, encode, framed } = require(
  path.join(__dirname, "../../max_patches/legato_osc.js"),
);

test("a message has the bytes of the specification", () => {
  const packet = encode("/legato/generate", [7, 0.5, "é", Buffer.from([1, 2, 3])]);
  assert.strictEqual(
    packet.toString("hex"),
    Buffer.concat([
      Buffer.from("/legato/generate\0\0\0\0,ifsb\0\0\0", "latin1"),
      Buffer.from("000000073f000000c3a9000000000003" + "01020300", "hex"),
    ]).toString("hex"),
  );
  assert.deepStrictEqual(decode(packet), [
    { address: "/legato/generate", atoms: [7, 0.5, "é", Buffer.from([1, 2, 3])] },
  ]);
});

test("texts of every length keep their end", () => {
  for (let size = 0; size < 9; size += 1) {
    const text = "x".repeat(size);
    assert.deepStrictEqual(decode(encode("/a", [text, 1]))[0].atoms, [text, 1]);
  }
});

test("a number beyond int32 goes as a float", () => {
  const [message] = decode(encode("/a", [2 ** 31, -(2 ** 31), 1e10]));
  assert.deepStrictEqual(message.atoms, [2 ** 31, -(2 ** 31), 1e10]);
});

test("a bundle's messages come in order", () => {
  const inner = encode("/b", [2]);
  const bundle = Buffer.concat([
    Buffer.from("#bundle\0", "latin1"), Buffer.alloc(8), framed(encode("/a", [1])), framed(inner),
  ]);
  assert.deepStrictEqual(decode(bundle).map(({ address }) => address), ["/a", "/b"]);
});

test("frames come whole however the stream was cut", () => {
  const packets = [encode("/a", [1]), encode("/b", ["two"]), Buffer.alloc(0)];
  const stream = Buffer.concat(packets.map(framed));
  for (let size = 1; size <= stream.length; size += 1) {
    const frames = new Frames();
    const found = [];
    for (let at = 0; at < stream.length; at += size) {
      found.push(...frames.feed(stream.subarray(at, at + size)));
    }
    assert.deepStrictEqual(found.map(String), packets.map(String));
  }
});

test("what is no OSC is a RangeError, never anything else", () => {
  const whole = encode("/legato/fail", [7, "code", "a text", Buffer.from([1, 2, 3, 4, 5])]);
  for (let size = 0; size < whole.length; size += 1) {
    assert.throws(() => decode(whole.subarray(0, size)), RangeError);
  }
  assert.throws(() => decode(Buffer.from("/a\0\0,[]\0", "latin1")), RangeError);
  assert.throws(() => new Frames().feed(Buffer.from("HTTP/1.1 400")), RangeError);
});

test("bundles within bundles end somewhere", () => {
  let packet = encode("/a", []);
  for (let depth = 0; depth < 400; depth += 1) {
    const head = Buffer.concat([Buffer.from("#bundle\0", "latin1"), Buffer.alloc(8)]);
    packet = Buffer.concat([head, framed(packet)]);
  }
  assert.throws(() => decode(packet), RangeError);
});
