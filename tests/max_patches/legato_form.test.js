"use strict";
const assert = require("node:assert");
const path = require("node:path");
const test = require("node:test");

const FOLDER = path.join(__dirname, "../../max_patches");
const { Form } = require(path.join(FOLDER, "legato_form.js"));
const table = require(path.join(FOLDER, "legato_table.json"));

function form() {
  return new Form(new Map(table.commands.map((command) => [command.address, command])));
}

test("controls become arguments in the table's order, whatever the order of their setting", () => {
  const controls = form();
  controls.set("/inpaint", "seed", [3]);
  controls.set("/inpaint", "end_seconds", [4]);
  controls.set("/inpaint", "start_seconds", [2.5]);
  controls.set("/inpaint", "source", ["my", "song.wav"]);
  assert.deepStrictEqual(controls.atoms("/inpaint"), ["my song.wav", 2.5, 4, "seed", 3]);
});

test("parameters of a model and the prompt come last", () => {
  const controls = form();
  controls.set("/generate", "prompt", ["warm", "slow", "pad"]);
  controls.set("/generate", "parameters", ["guidance", 3.5]);
  controls.set("/generate", "seconds", [8]);
  assert.deepStrictEqual(controls.atoms("/generate"), [
    "seconds", 8, "guidance", 3.5, "prompt", "warm slow pad",
  ]);
});

test("a required value that is missing is named", () => {
  const controls = form();
  assert.throws(() => controls.atoms("/vary"), /\/vary needs source/);
  controls.set("/vary", "source", ["a.wav"]);
  controls.set("/vary", "strength", []);
  assert.throws(() => controls.atoms("/vary"), /\/vary needs strength/);
});

test("the chosen take stands for a source left empty", () => {
  const controls = form();
  controls.chosen = "20260101-120000-abcd";
  controls.set("/vary", "strength", [0.3]);
  assert.deepStrictEqual(controls.atoms("/vary"), ["20260101-120000-abcd", 0.3]);
  controls.set("/vary", "source", ["live"]);
  assert.deepStrictEqual(controls.atoms("/vary"), ["live", 0.3]);
});

test("the latest call is the one to cancel, and the latest live job the one to stop", () => {
  const controls = form();
  assert.throws(() => controls.atoms("/cancel"), /needs target/);
  controls.called("/live/start", 3);
  controls.called("/render", 4);
  controls.called("/ping", 5);
  assert.deepStrictEqual(controls.atoms("/cancel"), [4]);
  assert.deepStrictEqual(controls.atoms("/live/stop"), [3]);
});

test("a file dropped on Max on a Mac has the system's path", () => {
  const controls = form();
  for (const [dropped, native] of [
    ["Macintosh HD:/Users/me/a b.mid", "/Users/me/a b.mid"],
    ["C:/music/a.mid", "C:/music/a.mid"],
    ["/tmp/a:/b.mid", "/tmp/a:/b.mid"],
    ["song.mid", "song.mid"],
  ]) {
    controls.set("/render", "score", [dropped]);
    assert.deepStrictEqual(controls.atoms("/render"), [native]);
  }
});

test("what is no number is nothing, and whole numbers are whole", () => {
  const controls = form();
  controls.set("/take/list", "limit", [5.7]);
  controls.set("/take/list", "offset", ["soon"]);
  assert.deepStrictEqual(controls.atoms("/take/list"), ["limit", 5]);
});

test("a control emptied again says nothing", () => {
  const controls = form();
  controls.set("/generate", "model", ["house"]);
  controls.set("/generate", "model", [""]);
  assert.deepStrictEqual(controls.atoms("/generate"), []);
});

test("an unknown command is refused", () => {
  assert.throws(() => form().atoms("/explode"), /none of Legato's/);
});
