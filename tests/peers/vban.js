// Hears a VBAN stream with the package `vban`, and keeps its samples:
//     node vban.js PORT FILE
// Says `listening`, then what each packet says of itself where it changes, and every gap.
const fs = require("fs");
const { VBANServer } = require("vban");

const [port, path] = process.argv.slice(2);
const file = fs.openSync(path, "w");
const BUFFER_BYTES = 8 << 20; // What comes while a busy machine lets nobody read.
const server = new VBANServer({});
let number = -1;
let form = "";

server.on("error", (error) => {
  console.log("error", error.message);
  process.exit(1);
});
server.on("listening", () => {
  server.UDPServer.setRecvBufferSize(BUFFER_BYTES);
  console.log("listening");
});
server.on("message", (packet) => {
  const { streamName, sr, nbSample, nbChannel, bitResolution, frameCounter, data } = packet;
  const now = [streamName, sr, nbChannel, bitResolution].join(" ");
  if (now !== form) console.log("form", (form = now));
  if (number >= 0 && frameCounter !== number + 1) console.log("gap", number, frameCounter);
  number = frameCounter;
  fs.writeSync(file, data);
});
server.bind(Number(port), "127.0.0.1");
