// node unpack.mjs FOLDER: write every Brotli file of the package into FOLDER, decompressed.
// Python's standard library cannot read Brotli; Node's can.
import { createReadStream, createWriteStream, mkdirSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

const packed = new URL("node_modules/@sparticuz/chromium/bin/", import.meta.url).pathname;
const folder = process.argv[2];
mkdirSync(folder, { recursive: true });
for (const file of readdirSync(packed).filter((name) => name.endsWith(".br"))) {
  const target = join(folder, basename(file, ".br"));
  await pipeline(createReadStream(join(packed, file)), createBrotliDecompress(), createWriteStream(target));
}
