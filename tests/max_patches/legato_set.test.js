"use strict";
const assert = require("node:assert");
const path = require("node:path");
const test = require("node:test");
const { load } = require("./stand_in/max_js.js");

const FILE = path.join(__dirname, "../../max_patches/legato_set.js");
const [DELAY, RECORDER, NODE, DISPLAY] = [0, 1, 2, 3];

/**
 * A set with the device on its track 0; `full` says which slots hold a clip.
 */
function liveSet({ version = [12, 0, 5], audio = 1, full = [1, 0], takes = true } = {}) {
  const dropped = [];
  const set = {
    live_app: {
      call: {
        get_major_version: () => version[0],
        get_minor_version: () => version[1],
        get_bugfix_version: () => version[2],
      },
    },
    live_set: {
      get: { tempo: 96, signature_numerator: 6, signature_denominator: 8 },
      count: { tracks: 1 },
      call: {
        create_audio_track: (at) => {
          assert.strictEqual(at, -1);
          set.live_set.count.tracks += 1;
          addTrack(1, [0]);
        },
        create_scene: (at) => {
          assert.strictEqual(at, -1);
          addTrack(0, [...full, 0]);
        },
      },
    },
  };
  function addTrack(number, slots) {
    const at = `live_set tracks ${number}`;
    set[at] = { get: { has_audio_input: 1 }, count: { clip_slots: slots.length } };
    slots.forEach((filled, index) => {
      const slot = { get: { has_clip: filled } };
      slot.call = {
        create_audio_clip: (file) => {
          dropped.push([`${at} clip_slots ${index}`, file]);
          slot.get.has_clip = takes ? 1 : 0;
        },
      };
      set[`${at} clip_slots ${index}`] = slot;
    });
  }
  addTrack(0, full);
  set["this_device canonical_parent"] = {
    get: { has_audio_input: audio },
    at: "live_set tracks 0",
  };
  return { ...load(FILE, [], set), dropped };
}

test("a clip goes into the first free slot of the device's track", () => {
  const { script, sent, dropped } = liveSet();
  script.clip("/clips/a b.wav");
  assert.deepStrictEqual(dropped, [["live_set tracks 0 clip_slots 1", "/clips/a b.wav"]]);
  assert.deepStrictEqual(sent, [[DISPLAY, "set", "in the set: /clips/a b.wav"]]);
});

test("a full track gets another scene", () => {
  const { script, dropped } = liveSet({ full: [1, 1] });
  script.clip("/a.wav");
  assert.deepStrictEqual(dropped, [["live_set tracks 0 clip_slots 2", "/a.wav"]]);
});

test("an instrument's clip gets an audio track", () => {
  const { script, dropped } = liveSet({ audio: 0 });
  script.clip("/a.wav");
  assert.deepStrictEqual(dropped, [["live_set tracks 1 clip_slots 0", "/a.wav"]]);
});

for (const [version, able] of [
  [[11, 3, 20], false],
  [[12, 0, 4], false],
  [[12, 0, 5], true],
  [[12, 1, 0], true],
  [[13, 0, 0], true],
]) {
  test(`Live ${version.join(".")} ${able ? "takes" : "takes no"} clips`, () => {
    const { script, sent, dropped } = liveSet({ version });
    script.clip("/a.wav");
    assert.strictEqual(dropped.length, able ? 1 : 0);
    assert.match(sent[0][2], able ? /^in the set/ : /^\/a\.wav - .*drag/);
  });
}

test("a clip that Live refuses is said to be a file", () => {
  const { script, sent } = liveSet({ takes: false });
  script.clip("/a.wav");
  assert.match(sent[0][2], /^\/a\.wav - .*drag/);
});

test("so many bars are recorded as tempo and signature say, then continued", () => {
  const { script, sent } = liveSet();
  script.folder("/media");
  script.bars(2);
  script.seconds(5);
  script.record();
  const file = sent[1][2];
  assert.match(file, /^\/media\/legato capture \d{4}(-\d\d){5}\.wav$/);
  assert.deepStrictEqual(sent, [
    [NODE, "keep", "/media/"],
    [RECORDER, "open", file, "wave"],
    [RECORDER, 1],
    [DELAY, 3750],
    [DISPLAY, "set", "recording 2 bars"],
  ]);
  script.recorded();
  script.recorded();
  assert.deepStrictEqual(sent.slice(5), [
    [RECORDER, 0],
    [NODE, "capture", file, 5],
    [DISPLAY, "set", `continuing ${file}`],
  ]);
});

test("without a folder nothing is recorded", () => {
  const { script, sent } = liveSet();
  script.folder("");
  script.record();
  script.recorded();
  assert.deepStrictEqual(sent.map(([outlet]) => outlet), [DISPLAY]);
  assert.match(sent[0][2], /folder/);
});
