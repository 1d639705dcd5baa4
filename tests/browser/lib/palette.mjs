// Makes a PNG small: a palette of the 256 colours that it has most of; any other becomes the nearest of them.
import zlib from 'node:zlib';
import { png } from './png.mjs';

const NUMBER = 256;

function chunk(name, data) {
	const out = Buffer.alloc(data.length + 12);
	out.writeUInt32BE(data.length, 0);
	out.write(name, 4, 'latin1');
	data.copy(out, 8);
	out.writeUInt32BE(crc(out.subarray(4, data.length + 8)), data.length + 8);
	return out;
}

const table = Array.from({ length: 256 }, (_, n) => {
	for (let bit = 0; bit < 8; bit++)
		n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
	return n >>> 0;
});

function crc(data) {
	let c = 0xffffffff;
	for (const byte of data)
		c = table[(c ^ byte) & 255] ^ (c >>> 8);
	return (c ^ 0xffffffff) >>> 0;
}

function nearest(colour, palette) {
	let best = 0, least = Infinity;
	for (let i = 0; i < palette.length; i++) {
		const r = (colour >> 16) - (palette[i] >> 16), g = ((colour >> 8) & 255) - ((palette[i] >> 8) & 255);
		const b = (colour & 255) - (palette[i] & 255), far = 2 * r * r + 4 * g * g + 3 * b * b;
		if (far < least)
			[best, least] = [i, far];
	}
	return best;
}

/** The same picture, as a file of one byte a pixel. */
export function reduced(file) {
	const { width, height, depth, bytes } = png(file);
	const colours = new Uint32Array(width * height), often = new Map();
	for (let i = 0; i < colours.length; i++) {
		colours[i] = (bytes[i * depth] << 16) | (bytes[i * depth + 1] << 8) | bytes[i * depth + 2];
		often.set(colours[i], (often.get(colours[i]) ?? 0) + 1);
	}
	const palette = [...often].sort(([a, n], [b, m]) => m - n || a - b).slice(0, NUMBER).map(([colour]) => colour);
	const index = new Map(palette.map((colour, i) => [colour, i]));
	const rows = Buffer.alloc((width + 1) * height);
	for (let i = 0; i < colours.length; i++) {
		if (!index.has(colours[i]))
			index.set(colours[i], nearest(colours[i], palette));
		rows[i + Math.floor(i / width) + 1] = index.get(colours[i]);
	}
	const head = Buffer.alloc(13);
	head.writeUInt32BE(width, 0);
	head.writeUInt32BE(height, 4);
	head.set([8, 3, 0, 0, 0], 8);
	return Buffer.concat([
		file.subarray(0, 8), chunk('IHDR', head),
		chunk('PLTE', Buffer.from(palette.flatMap((c) => [c >> 16, (c >> 8) & 255, c & 255]))),
		chunk('IDAT', zlib.deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0)),
	]);
}
