// Made from Legato's table of commands by `python -m max_patches.build`.
+ Legato {
	*replies { ^['/accepted', '/progress', '/window', '/variation', '/late', '/done', '/cancelled', '/fail', '/pong', '/version', '/status', '/schema', '/models', '/sinks', '/sink/file', '/inputs', '/target/cookie', '/target/allowed', '/welcome', '/notify', '/synced', '/transport', '/midi/ports', '/midi/panic', '/map/list', '/preset/list', '/live/stopping', '/cancelling', '/take/list', '/take/info'] }
	*answers { ^['/accepted', '/progress', '/window', '/variation', '/late', '/done', '/cancelled', '/fail', '/pong', '/version', '/status', '/schema', '/models', '/sinks', '/sink/file', '/inputs', '/target/cookie', '/target/allowed', '/synced', '/midi/ports', '/midi/panic', '/map/list', '/preset/list', '/take/list', '/take/info'] }
	*rowReplies { ^['/schema', '/models', '/sinks', '/inputs', '/midi/ports', '/map/list', '/preset/list', '/take/list', '/take/info'] }

	// Says that somebody is there.
	ping { |options, action| ^this.ask("/ping", [], options, action) }

	// Which Legato this is.
	version { |options, action| ^this.ask("/version", [], options, action) }

	// How the engine is, always within 10 ms; state is booting, loading, ready, busy or degraded.
	status { |options, action| ^this.ask("/status", [], options, action) }

	// This table, one message a command.
	schema { |options, action| ^this.ask("/schema", [], options, action) }

	// The models, one message each.
	models { |options, action| ^this.ask("/models", [], options, action) }

	// The open sinks, one message each; state is open, or why nothing gets through.
	sinks { |options, action| ^this.ask("/sinks", [], options, action) }

	// What a sink told of last: the path of a finished file, a session description, an address.
	// Subscribers of the topic sinks are told the same without asking.
	sinkFile { |name, options, action| ^this.ask("/sink/file", [name], options, action) }

	// The open inputs, one message each; seconds is how much of each is kept by now.
	inputs { |options, action| ^this.ask("/inputs", [], options, action) }

	// Listens to an input, device or jack, and keeps its last minute (or keep seconds) as the
	// source live: live:4s, live:8bars, live:NAME:8bars.
	inputOpen { |kind, name, options, action| ^this.ask("/input/open", [kind] ++ [name], options, action) }

	// Closes an input and forgets what it heard.
	inputClose { |name, options, action| ^this.ask("/input/close", [name], options, action) }

	// Asks for audio over UDP at the address that this reply arrives at; answered by a cookie
	// that only who is there can know.
	targetAsk { |options, action| ^this.ask("/target/ask", [], options, action) }

	// Sends the cookie back from that address: UDP sinks may send there for the lease.
	targetAnswer { |cookie, options, action| ^this.ask("/target/answer", [cookie], options, action) }

	// Subscribes the sender (1) until the lease ends, or no more (0); no topics means all.
	notify { |on, topics| this.say("/notify", [on] ++ (topics ? []).asArray) }

	// Answered when everything this client sent before has ended.
	sync { |options, action| ^this.ask("/sync", [], options, action) }

	// Loads a model's weights.
	modelLoad { |name, options, action| ^this.ask("/model/load", [name], options, action) }

	// Lets a model's weights go.
	modelUnload { |name, options, action| ^this.ask("/model/unload", [name], options, action) }

	// New audio, from a prompt where the model can.
	generate { |options, action| ^this.ask("/generate", [], options, action) }

	// More of a take, a file or the live stream.
	continue { |source, seconds, options, action| ^this.ask("/continue", [source] ++ [seconds], options, action) }

	// Replaces a span; the rest stays untouched.
	inpaint { |source, startSeconds, endSeconds, options, action| ^this.ask("/inpaint", [source] ++ [startSeconds] ++ [endSeconds], options, action) }

	// A variation: strength 0 is the source itself, 1 keeps least of it.
	vary { |source, strength, options, action| ^this.ask("/vary", [source] ++ [strength], options, action) }

	// What lies between two takes, files or scores: mix 0 is the first, 1 the second.
	interpolate { |sourceA, sourceB, mix, options, action| ^this.ask("/interpolate", [sourceA] ++ [sourceB] ++ [mix], options, action) }

	// A MIDI file to audio, heard after its first window.
	render { |score, options, action| ^this.ask("/render", [score], options, action) }

	// Plays, stops or locates the transport, or sets its tempo, signature or source: internal,
	// clock, mtc or link. Bars count from 1, beats are quarters from 0. Alone it asks.
	transport { |action, values| this.say("/transport", [action] ++ (values ? []).asArray) }

	// The open MIDI ports, one message each.
	midiPorts { |options, action| ^this.ask("/midi/ports", [], options, action) }

	// Silences whatever is played live, and sets it back.
	midiPanic { |options, action| ^this.ask("/midi/panic", [], options, action) }

	// Maps the next note, controller, NRPN, RPN or program that comes by MIDI: to a command's
	// address without root, with its arguments, or to a parameter. "{0..2}" among them is the
	// value, scaled.
	mapLearn { |name, to, arguments, options, action| ^this.ask("/map/learn", [name] ++ [to] ++ (arguments ? []).asArray, options, action) }

	// What is mapped, one message each.
	mapList { |options, action| ^this.ask("/map/list", [], options, action) }

	// Removes a map.
	mapRemove { |name, options, action| ^this.ask("/map/remove", [name], options, action) }

	// Reads maps.toml again; all of it or none.
	mapLoad { |options, action| ^this.ask("/map/load", [], options, action) }

	// Keeps parameters under a name; where none come, those in force.
	presetSave { |name, options, action| ^this.ask("/preset/save", [name], options, action) }

	// Puts a preset in force for what is asked from now on; without a name, none.
	presetLoad { |name, options, action| ^this.ask("/preset/load", [name], options, action) }

	// The presets, one message each.
	presetList { |options, action| ^this.ask("/preset/list", [], options, action) }

	// Removes a preset.
	presetRemove { |name, options, action| ^this.ask("/preset/remove", [name], options, action) }

	// Sounds what is played, by MIDI ports and by the commands below, until /live/stop. Channels
	// such as 1-8 choose what it hears; its first keep_minutes are kept.
	liveStart { |options, action| ^this.ask("/live/start", [], options, action) }

	// Ends a live job well; its own call then ends with /done.
	liveStop { |target| this.say("/live/stop", [target]) }

	// Strikes a key, or with velocity 0 lets it go.
	liveNote { |channel, pitch, velocity| this.say("/live/note", [channel] ++ [pitch] ++ [velocity]) }

	// Moves a controller.
	liveCc { |channel, number, value| this.say("/live/cc", [channel] ++ [number] ++ [value]) }

	// Chooses the program of what is struck from now on.
	liveProgram { |channel, program| this.say("/live/program", [channel] ++ [program]) }

	// Bends what sounds, by -1 to 1 of the channel's range.
	liveBend { |channel, amount| this.say("/live/bend", [channel] ++ [amount]) }

	// Presses a channel's keys, or with a pitch one of them.
	livePressure { |channel, value, pitch| this.say("/live/pressure", [channel] ++ [value] ++ [pitch]) }

	// Silences every live job, and sets its controllers back.
	livePanic { this.say("/live/panic", []) }

	// Ends a job within one denoising step; the job's own call then ends with /cancelled.
	cancel { |target| this.say("/cancel", [target]) }

	// Routes the stream out; kind is clips, device, jitter, null, osc, reastream, rtp, stems,
	// tcp, vban or wav. Every kind takes gain, and stems n: as many stems (jobs without any are
	// one) on channels of their own, told by /sink/stem; what finds no room shares the last.
	sinkOpen { |kind, name, options, action| ^this.ask("/sink/open", [kind] ++ [name], options, action) }

	// Closes a sink.
	sinkClose { |name, options, action| ^this.ask("/sink/close", [name], options, action) }

	// Changes a sink's parameters, such as gain.
	sinkSet { |name, options, action| ^this.ask("/sink/set", [name], options, action) }

	// The takes, newest first, one message each.
	takeList { |options, action| ^this.ask("/take/list", [], options, action) }

	// What is known of a take, one message a field.
	takeInfo { |take, options, action| ^this.ask("/take/info", [take], options, action) }

	// A new take that keeps the windows before this one.
	takeBranch { |take, window, options, action| ^this.ask("/take/branch", [take] ++ [window], options, action) }

	// Copies a take's audio, and its stems beside it, to a path under the media folders; as loud
	// as asked, in LUFS, or as it was made.
	takeExport { |take, path, options, action| ^this.ask("/take/export", [take] ++ [path], options, action) }

	// Keeps a take for good (1) or no longer (0).
	takePin { |take, pinned, options, action| ^this.ask("/take/pin", [take] ++ [pinned], options, action) }
}
