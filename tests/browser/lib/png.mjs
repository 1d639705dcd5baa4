// Reads what a screenshot is: PNG with 8 bits a channel, RGB or RGBA, not interlaced.
import zlib from 'node:zlib';

function chunks(file) {
	const found = {};
	for (let at = 8; at < file.length;) {
		const length = file.readUInt32BE(at), name = file.toString('latin1', at + 4, at + 8);
		(found[name] ??= []).push(file.subarray(at + 8, at + 8 + length));
		at += length + 12;
	}
	return found;
}

function paeth(a, b, c) {
	const p = a + b - c, pa = Math.abs(p - a), pb = Math.abs(p - b), pc = Math.abs(p - c);
	return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/** {width, height, depth, bytes, at(x, y) → [r, g, b]} */
export function png(file) {
	const { IHDR: [head], IDAT } = chunks(file);
	const width = head.readUInt32BE(0), height = head.readUInt32BE(4);
	const depth = head[9] === 6 ? 4 : 3, row = width * depth;
	const raw = zlib.inflateSync(Buffer.concat(IDAT)), out = Buffer.alloc(row * height);
	if (head[8] !== 8 || ![2, 6].includes(head[9]) || head[12])
		throw new Error('a kind of PNG that this does not read');
	for (let y = 0; y < height; y++) {
		const filter = raw[y * (row + 1)];
		for (let x = 0; x < row; x++) {
			const left = x < depth ? 0 : out[y * row + x - depth];
			const up = y ? out[(y - 1) * row + x] : 0;
			const corner = y && x >= depth ? out[(y - 1) * row + x - depth] : 0;
			const add = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
			out[y * row + x] = raw[y * (row + 1) + 1 + x] + add;
		}
	}
	return { width, height, depth, bytes: out, at: (x, y) => [...out.subarray(y * row + x * depth, y * row + x * depth + 3)] };
}

/** WCAG's ratio of two colours [r, g, b]. */
export function contrast(one, other) {
	const [low, high] = [one, other].map((colour) => {
		const [r, g, b] = colour.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	}).sort((a, b) => a - b);
	return (high + 0.05) / (low + 0.05);
}
