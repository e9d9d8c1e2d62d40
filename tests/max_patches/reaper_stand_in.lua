-- REAPER's API as far as legato_render.lua uses it, over one MIDI item; what it did goes to stdout.
-- Arguments: the script, the project folder, the command, the operating system's name.
local script, project, command, system = table.unpack(arg)

local PPQ_PER_SECOND = 480
-- Start and end in ticks of the item, channel, pitch, velocity; the item begins at 10 s.
local NOTES = {
  { 4800, 5280, 0, 60, 100 },
  { 5280, 5760, 0, 64, 90 },
  { 4560, 5040, 1, 48, 80 },
  { 5040, 5520, 9, 36, 127 },
  { 9999, 10400, 0, 72, 100 },
}
local CONTROLS = { { 4000, 0xC0, 1, 48, 0 }, { 4800, 0xB0, 0, 64, 127 }, { 5000, 0xE0, 0, 0, 96 } }
local waiting, known = {}, { [command] = true }

local function say(...)
  print(table.concat({ ... }, "\t"))
end

reaper = setmetatable({
  GetSelectedMediaItem = function() return "item" end,
  GetActiveTake = function() return "take" end,
  TakeIsMIDI = function() return true end,
  GetMediaItemInfo_Value = function(_, name) return ({ D_POSITION = 10.0, D_LENGTH = 2.0 })[name] end,
  GetMediaItem_Track = function() return "track" end,
  MIDI_CountEvts = function() return true, #NOTES, #CONTROLS, 0 end,
  MIDI_GetProjTimeFromPPQPos = function(_, ppq) return ppq / PPQ_PER_SECOND end,
  MIDI_GetNote = function(_, index)
    return true, false, false, table.unpack(NOTES[index + 1])
  end,
  MIDI_GetCC = function(_, index)
    return true, false, false, table.unpack(CONTROLS[index + 1])
  end,
  GetExtState = function() return "" end,
  SetExtState = function(section, key, value) say("kept", section, key, value) end,
  DeleteExtState = function(section, key) say("forgot", section, key) end,
  GetUserInputs = function(_, count) assert(count == 1) return true, command end,
  GetOS = function() return system end,
  GetProjectPath = function() return project end,
  ExecProcess = function(line, timeout)
    assert(timeout == -2)
    say("exec", line)
    if system ~= "Win64" then
      os.execute(line .. " &")
    end
  end,
  defer = function(work) waiting[#waiting + 1] = work end,
  time_precise = os.time,
  ShowMessageBox = function(text) say("box", text) end,
  GetMediaTrackInfo_Value = function(_, name) assert(name == "IP_TRACKNUMBER") return 3.0 end,
  InsertTrackAtIndex = function(index) say("track", index) end,
  GetTrack = function(_, index) return "track " .. index end,
  GetSetMediaTrackInfo_String = function(track, name, value) say("named", track, name, value) end,
  AddMediaItemToTrack = function(track) return "item of " .. track end,
  AddTakeToMediaItem = function(item) return "take of " .. item end,
  PCM_Source_CreateFromFile = function(file) return file end,
  GetMediaSourceLength = function() return 2.5, false end,
  SetMediaItemTake_Source = function(take, source) say("source", take, source) end,
  SetMediaItemInfo_Value = function(item, name, value) say("item", item, name, value) end,
  Undo_BeginBlock = function() say("undo begins") end,
  Undo_EndBlock = function(text) say("undo ends", text) end,
  PreventUIRefresh = function() end,
  UpdateArrange = function() end,
}, { __index = function(_, name) error("REAPER was asked for " .. name) end })

dofile(script)
while #waiting > 0 and known[command] do
  local work = table.remove(waiting, 1)
  os.execute("sleep 0.05")
  work()
end
