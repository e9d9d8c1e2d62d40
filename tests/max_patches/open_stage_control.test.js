"use strict";
// The session's scripts, run with the functions that Open Stage Control gives a widget's script.
const assert = require("node:assert");
const path = require("node:path");
const test = require("node:test");

const FOLDER = path.join(__dirname, "../../max_patches");
const session = require(path.join(FOLDER, "open_stage_control/legato.json"));
const table = require(path.join(FOLDER, "legato_table.json"));

/** Every widget within one, and itself. */
function all(widget) {
  return [widget, ...[...(widget.widgets || []), ...(widget.tabs || [])].flatMap(all)];
}

const widgets = all(session.content);

/** Press a button; return what was sent. */
function press(id, values, globals = {}) {
  const button = widgets.find((widget) => widget.id === id);
  const sent = [];
  const get = (name) => {
    assert.ok(widgets.some((widget) => widget.id === name), `${name} is no widget`);
    return values[name] ?? "";
  };
  const send = (...message) => sent.push(message);
  const run = new Function("value", "get", "send", "globals", button.onValue);
  run(0, get, send, globals);
  assert.deepStrictEqual(sent, [], "letting go sends nothing");
  run(1, get, send, globals);
  return sent;
}

test("every widget has an id of its own", () => {
  assert.strictEqual(new Set(widgets.map(({ id }) => id)).size, widgets.length);
});

test("every command but hello has its button", () => {
  const sent = table.commands
    .map(({ address }) => address)
    .filter((address) => address !== "/hello")
    .map((address) => {
      const [[target, to]] = press(`${address.slice(1).replaceAll("/", "_")}_send`, {});
      assert.strictEqual(target, "127.0.0.1:7770");
      return to;
    });
  assert.strictEqual(sent.length, table.commands.length - 1);
  assert.ok(sent.every((to) => to.startsWith("/legato/")));
});

test("what is filled in goes with its type, the prompt last, and the id is fresh", () => {
  const globals = { legatoId: 41 };
  const filled = {
    vary_source: "my song.wav", vary_strength: "0.3", vary_seed: 3, vary_prompt: "warm pad",
  };
  const [[, address, ...args]] = press("vary_send", filled, globals);
  assert.strictEqual(address, "/legato/vary");
  assert.deepStrictEqual(args, [
    { type: "i", value: 42 },
    { type: "s", value: "my song.wav" },
    { type: "f", value: 0.3 },
    { type: "s", value: "seed" },
    { type: "i", value: 3 },
    { type: "s", value: "prompt" },
    { type: "s", value: "warm pad" },
  ]);
  const [[, , again]] = press("vary_send", filled, globals);
  assert.strictEqual(again.value, 43);
});
