/**
 * Two buffers take turns: a clip is loaded into the one that is not heard, then they change.
 *
 * For Max's js object, whose language is ECMAScript 5: `js legato_clip.js BUFFER_A BUFFER_B`.
 * In: clip FILE... · play · stop · auto 0|1, and in the second inlet loaded 0|1, when a buffer~
 * has read its file.
 * Out: to play~ · to buffer~ A · to buffer~ B · what is heard: name channels milliseconds.
 */

autowatch = 1;
inlets = 2;
outlets = 4;

var TO_PLAYER = 0;
var TO_BUFFERS = [1, 2];
var TO_DISPLAY = 3;

var names = jsarguments.slice(1, 3);
/** Which buffer is heard, -1 for none yet. */
var heard = -1;
/** Which buffer is being loaded, -1 for none. */
var loading = -1;
/** How many of its files are still being read; the last one counts. */
var reads = 0;
var plays = 1;

/** Load a file into the buffer that is not heard; of several files the last one is. */
function clip(file) {
	if (typeof file !== "string" || file === "") {
		return;
	}
	loading = heard === 0 ? 1 : 0;
	reads += 1;
	outlet(TO_BUFFERS[loading], "replace", file);
}

/** A buffer has read its file: it is the one to hear, once nothing newer is on its way. */
function loaded(which) {
	if (which !== loading || reads === 0) {
		return;
	}
	reads -= 1;
	if (reads === 0) {
		change();
	}
}

function change() {
	heard = loading;
	loading = -1;
	outlet(TO_PLAYER, "set", names[heard]);
	describe(new Buffer(names[heard]));
	if (plays) {
		play();
	}
}

function describe(buffer) {
	outlet(TO_DISPLAY, names[heard], buffer.channelcount(), buffer.length());
}
describe.local = 1;
change.local = 1;

/** Play from the beginning. */
function play() {
	if (heard >= 0) {
		outlet(TO_PLAYER, "start", 0);
	}
}

/** Stop playing. */
function stop() {
	outlet(TO_PLAYER, "stop");
}

/** Say whether a clip is played as soon as it is loaded. */
function auto(on) {
	plays = on ? 1 : 0;
}
