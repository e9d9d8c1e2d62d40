-- Ardour without a window: records what PortAudio plays over JACK, until a line comes on stdin.
-- Arguments by environment: ARDOUR_SESSION, the folder of a new session.
local folder = os.getenv("ARDOUR_SESSION")

local function say(text)
  io.stdout:write(text .. "\n")
  io.stdout:flush()
end

assert(AudioEngine:set_backend("JACK", "ardour", ""))
local session = create_session(folder, "legato", 48000)
assert(session, "no session")
local tracks = session:new_audio_track(
  2, 2, nil, 1, "heard", ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true
)
local track = tracks:front():to_track()
for channel, port in ipairs({ "PortAudio:out_0", "PortAudio:out_1" }) do
  local input = track:input():audio(channel - 1)
  input:disconnect_all()
  assert(input:connect(port) == 0, port)
end
track:rec_enable_control():set_value(1, PBD.GroupControlDisposition.NoGroup)
session:maybe_enable_record(true)
session:request_roll(ARDOUR.TransportRequestSource.TRS_UI)
while not session:transport_rolling() or session:transport_sample() < 4800 do
  ARDOUR.LuaAPI.usleep(10000)
end
say("rolling " .. session:record_status())
io.read()
-- What was played a moment ago is still on its way.
local last = session:transport_sample() + 2 * 48000
while session:transport_sample() < last do
  ARDOUR.LuaAPI.usleep(10000)
end
session:request_stop(false, false, ARDOUR.TransportRequestSource.TRS_UI)
while session:transport_rolling() do
  ARDOUR.LuaAPI.usleep(10000)
end
ARDOUR.LuaAPI.usleep(500000)
session:save_state("", false, false, false, false, false)
say("recorded")
close_session()
quit()
