/**
 * The Live set: how long a bar is, and a finished clip dropped into a free slot.
 *
 * For Max's js object, whose language is ECMAScript 5, in a Max for Live device, after
 * live.thisdevice has said that the device is there.
 * In: folder PATH · bars COUNT · seconds COUNT · record · recorded · clip FILE...
 * Out: to delay, milliseconds to record · to sfrecord~ · to the script in Node · text to show.
 */

autowatch = 1;
inlets = 1;
outlets = 4;

var TO_DELAY = 0;
var TO_RECORDER = 1;
var TO_NODE = 2;
var TO_DISPLAY = 3;

/** ClipSlot.create_audio_clip came with Live 12.0.5. */
var FIRST_VERSION = [12, 0, 5];

/** Drop an audio file into the first free slot of this track, or say where the file is. */
function clip(file) {
	if (typeof file !== "string" || file === "") {
		return;
	}
	if (!isAtLeast(version(), FIRST_VERSION)) {
		show(file + " - Live before 12.0.5 takes no clips from a device: drag the file in");
		return;
	}
	var slot = freeSlot(audioTrack());
	slot.call("create_audio_clip", file);
	if (Number(slot.get("has_clip")) === 1) {
		show("in the set: " + file);
	} else {
		show(file + " - Live took no clip here: drag the file in");
	}
}

var place = "";
var barCount = 4;
var continueSeconds = 8;
var recording = "";

/** Choose where recordings and finished clips lie: one of Legato's media folders. */
function folder(path) {
	if (typeof path !== "string" || path === "") {
		return;
	}
	place = path.charAt(path.length - 1) === "/" ? path : path + "/";
	outlet(TO_NODE, "keep", place);
}

/** Choose how many bars are recorded. */
function bars(count) {
	barCount = Math.max(1, count);
}

/** Choose how many seconds more are asked for. */
function seconds(count) {
	continueSeconds = Math.max(0.1, count);
}

/** Record so many bars of the track from now on. */
function record() {
	if (place === "") {
		show("choose a folder first, one of Legato's media folders");
		return;
	}
	recording = place + "legato capture " + stamp() + ".wav";
	outlet(TO_RECORDER, "open", recording, "wave");
	outlet(TO_RECORDER, 1);
	outlet(TO_DELAY, barCount * barMilliseconds());
	show("recording " + barCount + " bars");
}

/** The bars are over: have what was recorded continued. */
function recorded() {
	if (recording === "") {
		return;
	}
	outlet(TO_RECORDER, 0);
	outlet(TO_NODE, "capture", recording, continueSeconds);
	show("continuing " + recording);
	recording = "";
}

function barMilliseconds() {
	var set = new LiveAPI("live_set");
	var beats = Number(set.get("signature_numerator"));
	var quarters = (beats * 4) / Number(set.get("signature_denominator"));
	return (quarters * 60000) / Number(set.get("tempo"));
}
barMilliseconds.local = 1;

/** Return the moment as a part of a file's name. */
function stamp() {
	var now = new Date();
	var parts = [
		now.getFullYear(), now.getMonth() + 1, now.getDate(),
		now.getHours(), now.getMinutes(), now.getSeconds()
	];
	for (var at = 1; at < parts.length; at += 1) {
		parts[at] = (parts[at] < 10 ? "0" : "") + parts[at];
	}
	return parts.join("-");
}
stamp.local = 1;

function show(text) {
	outlet(TO_DISPLAY, "set", text);
}
show.local = 1;

function version() {
	var application = new LiveAPI("live_app");
	return [
		Number(application.call("get_major_version")),
		Number(application.call("get_minor_version")),
		Number(application.call("get_bugfix_version"))
	];
}
version.local = 1;

function isAtLeast(found, wanted) {
	for (var at = 0; at < wanted.length; at += 1) {
		if (found[at] !== wanted[at]) {
			return found[at] > wanted[at];
		}
	}
	return true;
}
isAtLeast.local = 1;

/** Return the path of this device's track, or of a new one where this one holds MIDI clips. */
function audioTrack() {
	var track = new LiveAPI("this_device canonical_parent");
	if (Number(track.get("has_audio_input")) === 1) {
		return track.unquotedpath;
	}
	var set = new LiveAPI("live_set");
	set.call("create_audio_track", -1);
	return "live_set tracks " + (set.getcount("tracks") - 1);
}
audioTrack.local = 1;

/** Return the first empty slot of a track, in a new scene where all are full. */
function freeSlot(track) {
	var count = new LiveAPI(track).getcount("clip_slots");
	for (var at = 0; at < count; at += 1) {
		var slot = new LiveAPI(track + " clip_slots " + at);
		if (Number(slot.get("has_clip")) === 0) {
			return slot;
		}
	}
	new LiveAPI("live_set").call("create_scene", -1);
	return new LiveAPI(track + " clip_slots " + count);
}
freeSlot.local = 1;
