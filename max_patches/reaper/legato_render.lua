-- Renders the selected MIDI item with Legato, onto a new track below its own.
--
-- Load it in REAPER as an action: Actions, Show action list, New action, Load ReaScript. REAPER's
-- Lua has no sockets, so the script writes the item as a MIDI file and has the command `legato
-- render` make the audio; a running `legato serve` does the work where there is one. The first
-- time it asks for the command: a path, where REAPER does not find `legato` by itself.
--
-- The pure parts are in the table that the file returns; REAPER runs `main`.

local legato = {}

local TICKS_PER_QUARTER = 960
local SECTION, KEY = "legato", "command"
local WAIT_SECONDS = 600

-- A whole number as the seven-bit groups of a MIDI file.
function legato.variable_length(value)
  local bytes = string.char(value % 128)
  value = value // 128
  while value > 0 do
    bytes = string.char(value % 128 + 128) .. bytes
    value = value // 128
  end
  return bytes
end

-- Events, each {tick, rank, bytes}, as a track of a MIDI file; of one tick the lower rank first.
function legato.track(events)
  local order = {}
  for index, event in ipairs(events) do
    order[index] = { tick = event[1], rank = event[2], bytes = event[3], index = index }
  end
  table.sort(order, function(a, b)
    if a.tick ~= b.tick then
      return a.tick < b.tick
    end
    if a.rank ~= b.rank then
      return a.rank < b.rank
    end
    return a.index < b.index
  end)
  local parts, before = {}, 0
  for _, event in ipairs(order) do
    parts[#parts + 1] = legato.variable_length(event.tick - before) .. event.bytes
    before = event.tick
  end
  local body = table.concat(parts) .. "\0\xFF\x2F\0"
  return "MTrk" .. string.pack(">I4", #body) .. body
end

-- A MIDI file of one track at a steady 120 beats a minute, so that a second is 1920 ticks: what
-- the project's tempo map does is in the seconds already.
function legato.midi_file(notes, controls)
  local function ticks(seconds)
    return math.max(0, math.floor(seconds * 2 * TICKS_PER_QUARTER + 0.5))
  end
  local events = { { 0, 0, "\xFF\x51\x03\x07\xA1\x20" } }
  for _, c in ipairs(controls) do
    local kind = c.status & 0xF0
    local bytes = string.char(c.status, c.data1)
    if kind ~= 0xC0 and kind ~= 0xD0 then
      bytes = bytes .. string.char(c.data2)
    end
    events[#events + 1] = { ticks(c.seconds), 2, bytes }
  end
  for _, n in ipairs(notes) do
    local first = ticks(n.start_seconds)
    local last = math.max(first + 1, ticks(n.end_seconds))
    events[#events + 1] = { last, 1, string.char(0x80 | n.channel, n.pitch, 64) }
    events[#events + 1] = { first, 3, string.char(0x90 | n.channel, n.pitch, n.velocity) }
  end
  local head = "MThd" .. string.pack(">I4I2I2I2", 6, 0, 1, TICKS_PER_QUARTER)
  return head .. legato.track(events)
end

-- An argument that a shell takes as one word.
function legato.quoted(word, windows)
  if windows then
    return '"' .. word:gsub('"', "") .. '"'
  end
  return "'" .. word:gsub("'", "'\\''") .. "'"
end

-- The line that renders a file in the background, its words and its exit code into a log.
function legato.command_line(command, score, audio, log, windows)
  local function quoted(word)
    return legato.quoted(word, windows)
  end
  local line = string.format(
    "%s render %s -o %s > %s 2>&1", quoted(command), quoted(score), quoted(audio), quoted(log)
  )
  if windows then
    return 'cmd.exe /c "' .. line .. " & call echo LEGATO-ENDED %^ERRORLEVEL% >> " .. quoted(log) .. '"'
  end
  return "/bin/sh -c " .. quoted(line .. "; echo LEGATO-ENDED $? >> " .. quoted(log))
end

-- What a log says: nil while it runs, else the exit code and the last line before it.
function legato.outcome(text)
  local code = text:match("LEGATO%-ENDED (%d+)")
  if not code then
    return nil
  end
  local last = ""
  for line in text:gsub("LEGATO%-ENDED.*", ""):gmatch("[^\r\n]+") do
    last = line
  end
  return tonumber(code), last
end

-- The notes and controllers of a take, in seconds from the beginning of its item.
function legato.events_of(take, origin_seconds, end_seconds)
  local function seconds_of(ppq)
    return reaper.MIDI_GetProjTimeFromPPQPos(take, ppq)
  end
  local notes, controls = {}, {}
  local _, note_count, control_count = reaper.MIDI_CountEvts(take)
  for index = 0, note_count - 1 do
    local _, _, muted, first, last, channel, pitch, velocity = reaper.MIDI_GetNote(take, index)
    local start_seconds, stop_seconds = seconds_of(first), seconds_of(last)
    if not muted and stop_seconds > origin_seconds and start_seconds < end_seconds then
      notes[#notes + 1] = {
        start_seconds = math.max(start_seconds, origin_seconds) - origin_seconds,
        end_seconds = math.min(stop_seconds, end_seconds) - origin_seconds,
        channel = channel,
        pitch = pitch,
        velocity = velocity,
      }
    end
  end
  for index = 0, control_count - 1 do
    local _, _, muted, ppq, status, channel, data1, data2 = reaper.MIDI_GetCC(take, index)
    local seconds = seconds_of(ppq)
    if not muted and seconds < end_seconds then
      controls[#controls + 1] = {
        seconds = seconds - origin_seconds,
        status = status | channel,
        data1 = data1,
        data2 = data2,
      }
    end
  end
  return notes, controls
end

local function show(text)
  reaper.ShowMessageBox(text, "Legato", 0)
end

local function read(path)
  local file = io.open(path, "rb")
  if not file then
    return ""
  end
  local text = file:read("a")
  file:close()
  return text
end

local function write(path, bytes)
  local file = assert(io.open(path, "wb"))
  file:write(bytes)
  file:close()
end

-- Ask for the command once, and remember it.
local function command()
  local known = reaper.GetExtState(SECTION, KEY)
  if known ~= "" then
    return known
  end
  local chosen, value = reaper.GetUserInputs("Legato", 1, "Command (path to legato):,extrawidth=200", "legato")
  if not chosen or value == "" then
    return nil
  end
  reaper.SetExtState(SECTION, KEY, value, true)
  return value
end

-- Put the audio on a new track below, where the MIDI item begins.
local function place(audio, track, position_seconds)
  reaper.Undo_BeginBlock()
  reaper.PreventUIRefresh(1)
  local index = math.floor(reaper.GetMediaTrackInfo_Value(track, "IP_TRACKNUMBER"))
  reaper.InsertTrackAtIndex(index, true)
  local below = reaper.GetTrack(0, index)
  reaper.GetSetMediaTrackInfo_String(below, "P_NAME", "Legato", true)
  local item = reaper.AddMediaItemToTrack(below)
  local take = reaper.AddTakeToMediaItem(item)
  local source = reaper.PCM_Source_CreateFromFile(audio)
  reaper.SetMediaItemTake_Source(take, source)
  reaper.SetMediaItemInfo_Value(item, "D_POSITION", position_seconds)
  reaper.SetMediaItemInfo_Value(item, "D_LENGTH", (reaper.GetMediaSourceLength(source)))
  reaper.PreventUIRefresh(-1)
  reaper.UpdateArrange()
  reaper.Undo_EndBlock("Render with Legato", -1)
end

-- Look again and again, without holding REAPER up, until the render has ended.
local function wait(log, audio, track, position_seconds)
  local deadline = reaper.time_precise() + WAIT_SECONDS
  local function look()
    local code, last = legato.outcome(read(log))
    if code == 0 then
      place(audio, track, position_seconds)
    elseif code == 126 or code == 127 or code == 9009 then
      reaper.DeleteExtState(SECTION, KEY, true)
      show("The command was not found; run the script again and give its whole path.")
    elseif code then
      show("Legato could not render this item: " .. last)
    elseif reaper.time_precise() > deadline then
      show("Legato has not answered for ten minutes; " .. log .. " says how far it came.")
    else
      reaper.defer(look)
    end
  end
  look()
end

function legato.main()
  local item = reaper.GetSelectedMediaItem(0, 0)
  local take = item and reaper.GetActiveTake(item)
  if not take or not reaper.TakeIsMIDI(take) then
    show("Select a MIDI item first.")
    return
  end
  local position_seconds = reaper.GetMediaItemInfo_Value(item, "D_POSITION")
  local length_seconds = reaper.GetMediaItemInfo_Value(item, "D_LENGTH")
  local notes, controls = legato.events_of(take, position_seconds, position_seconds + length_seconds)
  if #notes == 0 then
    show("The selected item has no notes.")
    return
  end
  local program = command()
  if not program then
    return
  end
  local windows = reaper.GetOS():sub(1, 3) == "Win"
  local name = os.date("legato %Y-%m-%d %H-%M-%S")
  local base = reaper.GetProjectPath() .. (windows and "\\" or "/") .. name
  write(base .. ".mid", legato.midi_file(notes, controls))
  local line = legato.command_line(program, base .. ".mid", base .. ".wav", base .. ".log", windows)
  reaper.ExecProcess(line, -2)
  wait(base .. ".log", base .. ".wav", reaper.GetMediaItem_Track(item), position_seconds)
end

if reaper and not LEGATO_TEST then
  legato.main()
end

return legato
