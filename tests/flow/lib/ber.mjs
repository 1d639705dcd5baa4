// BER, as much of it as LDAP needs.

/** A tag, the length, and the parts, which are bytes or text. */
export function tlv(tag, ...parts) {
	const body = Buffer.concat(parts.map((p) => (typeof p === 'string' ? Buffer.from(p) : p)));
	const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 255];
	return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

/** The element at `at`: its tag, where its body is; null when it is not all there. */
export function element(buffer, at) {
	if (buffer.length < at + 2)
		return null;
	let length = buffer[at + 1], from = at + 2;
	if (length & 0x80) {
		const more = length & 0x7f;
		if (buffer.length < from + more)
			return null;
		length = more ? buffer.readUIntBE(from, more) : 0;
		from += more;
	}
	return buffer.length < from + length ? null : { tag: buffer[at], from, to: from + length };
}

/** The messages of a stream as they become whole: all of it, the tag of the operation, the id as it came, the operation. */
export class Messages {
	#rest = Buffer.alloc(0);

	*take(chunk) {
		this.#rest = Buffer.concat([this.#rest, chunk]);
		for (let whole; (whole = element(this.#rest, 0));) {
			const bytes = this.#rest.subarray(0, whole.to), id = element(bytes, whole.from), operation = id && element(bytes, id.to);
			if (!operation)
				throw new Error('this is not LDAP');
			this.#rest = this.#rest.subarray(whole.to);
			yield {
				bytes, tag: operation.tag, id: bytes.subarray(whole.from, id.to), body: bytes.subarray(operation.from, operation.to),
				controls: bytes.subarray(operation.to),
			};
		}
	}
}

/** The elements that a body consists of, each with its bytes. */
export function inside(body) {
	const list = [];
	for (let at = 0, one; (one = element(body, at)); at = one.to)
		list.push({ tag: one.tag, body: body.subarray(one.from, one.to), bytes: body.subarray(at, one.to) });
	return list;
}
