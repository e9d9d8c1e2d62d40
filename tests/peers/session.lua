-- Ardour without a window, by remote control: a line on stdin is an order, and each is answered by
-- a line `done WORD ...`. Arguments by environment: ARDOUR_SESSION, the folder of a new session.
local NO_GROUP = PBD.GroupControlDisposition.NoGroup
local BY_HAND = ARDOUR.TransportRequestSource.TRS_UI
local session
local tracks = {}

local function say(...)
  io.stdout:write(table.concat({ ... }, " ") .. "\n")
  io.stdout:flush()
end

local function pause()
  ARDOUR.LuaAPI.usleep(10000)
end

local function join(track, kind, ports)
  for number, port in ipairs(ports) do
    local input = kind == "midi" and track:input():midi(number - 1)
      or track:input():audio(number - 1)
    input:disconnect_all()
    assert(input:connect(port) == 0, port)
  end
end

local orders = {}

-- A track for notes, heard from a MIDI port.
function orders.notes(name, port)
  local one = ARDOUR.ChanCount(ARDOUR.DataType("midi"), 1)
  local made = session:new_midi_track(
    one, one, true, ARDOUR.PluginInfo(), nil, nil, 1, name,
    ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, false
  )
  tracks[name] = made:front():to_track()
  join(tracks[name], "midi", { port })
end

-- A track for sound, heard from two audio ports.
function orders.sound(name, left, right)
  local made = session:new_audio_track(
    2, 2, nil, 1, name, ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true
  )
  tracks[name] = made:front():to_track()
  join(tracks[name], "audio", { left, right })
end

-- Begin or end to be recorded.
function orders.arm(name, on)
  tracks[name]:rec_enable_control():set_value(tonumber(on), NO_GROUP)
  if on == "1" then
    session:maybe_enable_record(true)
  end
end

-- Do nothing but answer.
function orders.answer()
end

-- Send MIDI clock.
function orders.clock()
  ARDOUR.config():set_send_midi_clock(true)
end

-- Send MIDI timecode.
function orders.timecode()
  ARDOUR.config():set_send_mtc(true)
end

function orders.locate(frame)
  session:request_locate(
    tonumber(frame), false, ARDOUR.LocateTransportDisposition.MustStop, BY_HAND
  )
  while session:transport_sample() ~= tonumber(frame) do
    pause()
  end
end

function orders.roll()
  session:request_roll(BY_HAND)
  while not session:transport_rolling() or session:transport_sample() < 4800 do
    pause()
  end
end

-- Let so many frames more go by.
function orders.pass(frames)
  local last = session:transport_sample() + tonumber(frames)
  while session:transport_sample() < last do
    pause()
  end
end

function orders.stop()
  session:request_stop(false, false, BY_HAND)
  while session:transport_rolling() do
    pause()
  end
  -- What was recorded is made regions and files of by its butler.
  ARDOUR.LuaAPI.usleep(500000)
  session:save_state("", false, false, false, false, false)
end

-- Tell where the regions of a track begin, in frames.
function orders.regions(name)
  local begins = {}
  for region in tracks[name]:playlist():region_list():iter() do
    table.insert(begins, tostring(region:position():samples()))
  end
  return table.unpack(begins)
end

assert(AudioEngine:set_backend("JACK", "ardour", ""))
session = create_session(os.getenv("ARDOUR_SESSION"), "session", 48000)
assert(session, "no session")
-- Several of its threads ask JACK at once as it makes a session, over one connection without a lock
-- (JACK 1.9.21). Where their requests mix, the server says "Unknown request", and drops it.
if not AudioEngine:running() then
  say("dropped")
  quit()
end
say("ready")
for line in io.lines() do
  local words = {}
  for word in line:gmatch("%S+") do
    table.insert(words, word)
  end
  local order = table.remove(words, 1)
  if order == "end" then
    break
  end
  say("done", order, orders[order](table.unpack(words)))
end
close_session()
say("gone")
quit()
