// An attribute with many values as Active Directory gives it out: "attribute;range=0-2" with the first of them, beside the
// attribute itself without any, and the next ones when "attribute;range=3-*" is asked for.
import { inside, tlv } from './ber.mjs';

const text = (element) => element.body.toString();
const rangeOf = (description) => Number(/;range=(\d+)-/i.exec(description)?.[1] ?? -1);
const plain = (description) => description.split(';')[0];

/** A search request as a server without parts understands it, and from which value on is wanted (-1: as it comes). */
export function askWhole(body) {
	const elements = inside(body), attributes = inside(elements.at(-1).body).map(text);
	return {
		from: Math.max(...attributes.map(rangeOf), -1),
		body: Buffer.concat([...elements.slice(0, -1).map((e) => e.bytes), tlv(0x30, ...attributes.map((name) => tlv(0x04, plain(name))))]),
	};
}

function parted(name, values, from, most) {
	const first = Math.max(from, 0), last = first + most < values.length ? first + most - 1 : '*';
	const part = tlv(0x30, tlv(0x04, `${name};range=${first}-${last}`), tlv(0x31, ...values.slice(first, first + most).map((v) => v.bytes)));
	return from < 0 ? [tlv(0x30, tlv(0x04, name), tlv(0x31)), part] : [part];
}

/** A search entry with no more than `most` values of that attribute. */
export function partOf(body, { attribute, most }, from) {
	const [name, attributes] = inside(body);
	const some = inside(attributes.body).flatMap((one) => {
		const [description, values] = inside(one.body), list = inside(values.body);
		return text(description) === attribute && (list.length > most || from >= 0) ? parted(attribute, list, from, most) : [one.bytes];
	});
	return [name.bytes, tlv(0x30, ...some)];
}
