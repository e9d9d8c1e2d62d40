// A running Legato. Its commands are methods, in LegatoCommands.sc, which is made from Legato's
// table of commands; here is what they stand on.
Legato {
	classvar root = "/legato";
	var <addr, <calls, <latest, count, responders;

	*new { |host = "127.0.0.1", port = 7770|
		^super.new.init(host, port)
	}

	init { |host, port|
		addr = NetAddr(host, port);
		calls = IdentityDictionary.new;
		// Ids that no earlier Legato of this sclang used, whose replies may still be on their way.
		count = Date.getDate.rawSeconds.asInteger % 100000 * 10000;
		responders = Legato.replies.collect { |reply|
			OSCFunc({ |message| this.told(reply, message[1..]) }, root ++ reply, addr)
		};
		addr.sendMsg(root ++ "/hello", "", 0);
	}

	// Let go of the responders; calls under way go on in the server.
	free {
		responders.do(_.free);
	}

	// Send a command that takes an id, and return the call that its replies go to.
	ask { |address, values, options, action|
		var call;
		count = count + 1;
		call = LegatoCall(this, count, address, action);
		calls[count] = call;
		latest = call;
		addr.sendMsg(root ++ address, count, *(this.atoms(values) ++ this.pairs(options)));
		^call
	}

	// Send a command that takes none.
	say { |address, values|
		addr.sendMsg(root ++ address, *this.atoms(values));
	}

	// Hear subscribed topics, such as \status; action gets a reply's name and its values.
	listen { |action ... topics|
		this.addDependant({ |legato, reply ... values| action.(reply, *values) });
		addr.sendMsg(root ++ "/notify", 1, *topics);
	}

	// nil is a value left out, a Boolean is 0 or 1.
	atoms { |values|
		^values.reject(_.isNil).collect { |value|
			if(value.isKindOf(Boolean)) { value.binaryValue } { value }
		}
	}

	// [\seed, 3, \prompt, "a pad"]: the prompt goes last, since it takes all that follows.
	pairs { |options|
		var found = (options ? []).clump(2);
		var prompt = found.select { |pair| pair[0].asSymbol == \prompt };
		var others = found.reject { |pair| pair[0].asSymbol == \prompt };
		^this.atoms((others ++ prompt).flatten(1))
	}

	told { |reply, values|
		// Some replies begin with the id of another call than the one they answer.
		var call = if(Legato.answers.includes(reply)) { calls[values[0]] };
		if(call.notNil and: { call.told(reply, values[1..]) }) { calls.removeAt(call.id) };
		this.changed(reply, *values);
	}
}

// One command under way: what it answers, until it has ended.
LegatoCall {
	var <legato, <id, <address, <state = \asked, <progress = 0, <values, <rows, action, condition;

	*new { |legato, id, address, action|
		^super.newCopyArgs(legato, id, address).initCall(action)
	}

	initCall { |function|
		action = function;
		values = [];
		rows = [];
		condition = Condition({ this.hasEnded });
	}

	hasEnded { ^[\done, \failed, \cancelled].includes(state) }

	// The file of a call that made audio.
	path { ^if(state == \done) { values[2].asString } }

	// What went wrong, when something did.
	text { ^if(state == \failed) { values[1].asString } }

	// End it, in whatever state it is.
	cancel { legato.say("/cancel", [id]) }

	// Wait, in a Routine, until it has ended; returns the call.
	wait {
		condition.wait;
		^this
	}

	// Read the finished audio into a Buffer of a server.
	buffer { |server, action|
		^Buffer.read(server ? Server.default, this.path, action: action)
	}

	// Take a reply; returns whether it was the last.
	told { |reply, atoms|
		switch(reply,
			'/accepted', { state = \accepted },
			'/progress', { progress = atoms[0] },
			'/window', { state = \sounding },
			'/late', {},
			'/fail', { state = \failed; values = atoms },
			'/cancelled', { state = \cancelled },
			{ this.answered(reply, atoms) }
		);
		action.(this, reply, atoms);
		if(this.hasEnded) { condition.signal };
		^this.hasEnded
	}

	answered { |reply, atoms|
		if(Legato.rowReplies.includes(reply)) {
			if(atoms[1] > 0) { rows = rows.add(atoms[2..]) };
			if(atoms[0] + 1 >= atoms[1]) { state = \done };
		} {
			values = atoms;
			state = \done;
		}
	}
}
