"use strict";
const assert = require("node:assert");
const path = require("node:path");
const test = require("node:test");
const { load } = require("./stand_in/max_js.js");

const FILE = path.join(__dirname, "../../max_patches/legato_clip.js");
const [PLAYER, A, B, DISPLAY] = [0, 1, 2, 3];

function clip() {
  return load(FILE, ["one", "two"]);
}

test("a clip is heard once it is loaded, not before", () => {
  const { script, sent } = clip();
  script.clip("/takes/a b.wav");
  assert.deepStrictEqual(sent, [[A, "replace", "/takes/a b.wav"]]);
  script.loaded(0);
  assert.deepStrictEqual(sent.slice(1), [
    [PLAYER, "set", "one"],
    [DISPLAY, "one", 2, 1000],
    [PLAYER, "start", 0],
  ]);
});

test("the next clip is loaded beside the one that sounds", () => {
  const { script, sent } = clip();
  script.clip("/1.wav");
  script.loaded(0);
  script.clip("/2.wav");
  assert.deepStrictEqual(sent.at(-1), [B, "replace", "/2.wav"]);
  script.loaded(1);
  script.clip("/3.wav");
  assert.deepStrictEqual(sent.at(-1), [A, "replace", "/3.wav"]);
});

test("of two clips that come at once the last is heard", () => {
  const { script, sent } = clip();
  script.clip("/1.wav");
  script.clip("/2.wav");
  script.loaded(0);
  assert.strictEqual(sent.length, 2, "the first may have been read");
  script.loaded(0);
  assert.deepStrictEqual(sent[2], [PLAYER, "set", "one"]);
});

test("a buffer that was not asked changes nothing", () => {
  const { script, sent } = clip();
  script.loaded(0);
  script.clip("/1.wav");
  script.loaded(1);
  script.play();
  assert.deepStrictEqual(sent, [[A, "replace", "/1.wav"]]);
});

test("with auto off a clip waits for play", () => {
  const { script, sent } = clip();
  script.auto(0);
  script.clip("/1.wav");
  script.loaded(0);
  assert.ok(!sent.some(([, word]) => word === "start"));
  script.play();
  script.stop();
  assert.deepStrictEqual(sent.slice(-2), [
    [PLAYER, "start", 0],
    [PLAYER, "stop"],
  ]);
});

test("nothing at all is no clip", () => {
  const { script, sent } = clip();
  script.clip();
  script.clip("");
  script.clip(3);
  assert.deepStrictEqual(sent, []);
});
