"""The SuperCollider class: a method a command, and the help file, from the address table."""

from __future__ import annotations

import re

from bridge.osc.command import Argument, Command
from max_patches import table

_FOLDER = "supercollider"
_REST = "options, action"
_HEAD = """// Made from Legato's table of commands by `python -m max_patches.build`.
+ Legato {
"""
_DESCRIPTION = """CLASS:: Legato
summary:: a running Legato, and what it can be asked
categories:: Libraries>Legato, External Control
related:: Classes/NetAddr, Classes/OSCFunc, Classes/Buffer

DESCRIPTION::
Legato renders scores and prompts to audio, window by window, and is played live. Start it by
teletype::legato serve::. Each command is a method; it returns a code::LegatoCall:: at once, which
hears the replies. code::call.wait:: waits for its end in a Routine, code::call.state:: is then
code::\\done::, code::\\failed:: or code::\\cancelled::; code::call.path:: is the file of audio,
code::call.buffer:: reads it, code::call.text:: says what went wrong, code::call.rows:: are the
rows of a list, code::call.values:: the values of any other answer.

Every method ends with two arguments: strong::options::, an array of pairs such as
code::[seed: 3, prompt: "warm slow pad"]::, and strong::action::, a function of the call, a reply's
name and its values, called for every reply.

CLASSMETHODS::

METHOD:: new
ARGUMENT:: host
the machine that Legato runs on.
ARGUMENT:: port
its port.

INSTANCEMETHODS::

METHOD:: listen
Hear topics of Legato's, such as code::\\status::.
ARGUMENT:: action
a function of a reply's name and its values.
ARGUMENT:: ... topics
the topics; none means all.

METHOD:: free
Let go of the responders.
"""
_EXAMPLES = """
EXAMPLES::

code::
l = Legato.new;
(
fork {
	var call = l.render("song.mid", [seed: 3]).wait;
	if(call.state == \\done) { call.buffer(s, { |buffer| buffer.play }) } { call.text.postln };
};
)
l.latest.cancel;
l.liveStart(action: { |call, reply, values| [reply, values].postln });
l.liveNote(1, 60, 100);
l.liveNote(1, 60, 0);
l.liveStop(l.latest.id);
::
"""


def build() -> dict[str, str]:
    """Return the generated files' texts, by their path in this folder."""
    return {
        f"{_FOLDER}/Classes/LegatoCommands.sc": _class(),
        f"{_FOLDER}/HelpSource/Classes/Legato.schelp": _help(),
    }


def _class() -> str:
    replies = table.replies()
    names = ", ".join(f"'{reply.address}'" for reply in replies)
    answers = ", ".join(f"'{r.address}'" for r in replies if r.arguments[:1] == ("id",))
    rows = ", ".join(f"'{reply.address}'" for reply in replies if reply.rows)
    methods = "\n".join(_method(command) for command in table.commands())
    lists = {"replies": names, "answers": answers, "rowReplies": rows}
    listed = "\n".join(f"\t*{name} {{ ^[{words}] }}" for name, words in lists.items())
    return f"{_HEAD}{listed}\n\n{methods}}}\n"


def _method(command: Command) -> str:
    names = [_camel(argument.name) for argument in command.arguments]
    values = " ++ ".join(_value(argument) for argument in command.arguments) or "[]"
    text = "\n".join(f"\t// {line}" for line in _wrapped(command.text))
    if command.id == "none":
        words = f"|{', '.join(names)}| " if names else ""
        body = f"this.say({_quoted(command.address)}, {values})"
    else:
        words = f"|{', '.join([*names, _REST])}| "
        body = f"^this.ask({_quoted(command.address)}, {values}, {_REST})"
    return f"{text}\n\t{_name(command)} {{ {words}{body} }}\n"


def _value(argument: Argument) -> str:
    name = _camel(argument.name)
    return f"({name} ? []).asArray" if argument.rest else f"[{name}]"


def _name(command: Command) -> str:
    return _camel("_".join(command.address.split("/")[1:]))


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _quoted(text: str) -> str:
    return f'"{text}"'


def _wrapped(text: str, width: int = 90) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _help() -> str:
    return _DESCRIPTION + "".join(map(_help_method, table.commands())) + _EXAMPLES


def _help_method(command: Command) -> str:
    lines = [f"\nMETHOD:: {_name(command)}", _plain(command.text)]
    for argument in command.arguments:
        lines += [f"ARGUMENT:: {_camel(argument.name)}", _plain(argument.text or argument.kind)]
    if command.id != "none":
        known = ", ".join(option.name for option in command.options)
        lines += ["ARGUMENT:: options", f"pairs of keys and values{f': {known}' if known else ''}."]
        lines += ["ARGUMENT:: action", "called for every reply."]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """Return a text without what SCDoc would take for a mark."""
    return re.sub(r"::", ":", text)
