// The same directory in another order, and one more person, whom many groups hold in spellings made up by chance: what
// follows from it is the same. LDIF from standard input, to standard output; the seed makes it again.
//     tests/slapd/traps.sh dc=X | node tests/slapd/shuffle.mjs SEED dc=X
const [seed, top] = process.argv.slice(2);
let state = Number(seed) >>> 0;

/** A whole number below n (xorshift). */
function below(n) {
	state ^= state << 13;
	state ^= state >>> 17;
	state ^= state << 5;
	return (state >>> 0) % n;
}

const one = (list) => list[below(list.length)];

function shuffled(list) {
	const out = [...list];
	for (let i = out.length - 1; i > 0; i--) {
		const k = below(i + 1);
		[out[i], out[k]] = [out[k], out[i]];
	}
	return out;
}

// ---- another order: of entries that hold nobody else, and of values ----

const text = await new Promise((resolve) => {
	let all = '';
	process.stdin.on('data', (chunk) => (all += chunk)).on('end', () => resolve(all));
});

/** Lines of one attribute stay together: slapadd wants it so. */
function values(lines) {
	const attributes = new Map();
	for (const line of lines)
		attributes.set(line.split(':')[0], [...(attributes.get(line.split(':')[0]) ?? []), line]);
	return shuffled([...attributes.values()]).flatMap(shuffled);
}

const entries = text.split('\n\n').filter(Boolean).map((entry) => entry.split('\n'));
const isAbove = (lines) => lines.some((line) => /^objectClass: organization(alUnit)?$/.test(line));
const out = [...entries.filter(isAbove), ...shuffled(entries.filter((lines) => !isAbove(lines)))]
	.map(([dn, ...rest]) => [dn, ...values(rest)].join('\n'));

// ---- spellings of one name ----

const names = {
	cn: ['cn', 'commonName', '2.5.4.3'], ou: ['ou', 'organizationalUnitName', '2.5.4.11'],
	dc: ['dc', 'domainComponent', '0.9.2342.19200300.100.1.25'],
};
const hex = (character) => [...Buffer.from(character)].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
const space = () => ' '.repeat(below(3));
const eitherCase = (word) => [...word].map((c) => one([c.toLowerCase(), c.toUpperCase()])).join('');

function character(c, quoted) {
	if (c === ' ')
		return ' '.repeat(1 + below(3));
	if (!quoted && below(6) === 0) // between quotes a backslash leads no number
		return hex(c);
	const same = one([c, c.toLowerCase(), c.toUpperCase(), c.normalize('NFD')]);
	return ',+"\\<>;'.includes(c) ? (quoted && c !== '"' ? c : `\\${c}`) : same;
}

function rdn([name, value]) {
	const quoted = below(4) === 0, inside = [...value].map((c) => character(c, quoted)).join('');
	return `${eitherCase(one(names[name]))}${space()}=${space()}${quoted ? `"${inside}"` : inside}`;
}

const dn = (parts) => parts.map(rdn).reduce((all, next) => `${all}${space()}${one([',', ';'])}${space()}${next}`);

const at = (line) => `${/^[ -9;-~][ -~]*$/.test(line) ? ': ' + line : ':: ' + Buffer.from(line).toString('base64')}`;
const above = [['dc', top.slice(3)]], people = [['ou', 'people'], ...above], groups = [['ou', 'groups'], ...above];
const person = ['cn', 'Vaněk, Zoë <z> Ødegård'];

out.push(`dn${at(`cn=Vaněk\\2C Zoë \\3Cz\\3E Ødegård,ou=people,${top}`)}\nobjectClass: inetOrgPerson\nuid: respelled\nsn: Trap`);
for (let i = 1; i <= 60; i++)
	out.push(`dn: cn=spelling ${i},ou=groups,${top}\nobjectClass: groupOfNames\nmember${at(dn([person, ...people]))}`);
for (let i = 1; i <= 60; i++) // a ladder on the first of them
	out.push(`dn: cn=step ${i},ou=groups,${top}\nobjectClass: groupOfNames\n` +
		`member${at(dn([['cn', i === 1 ? 'spelling 1' : `step ${i - 1}`], ...groups]))}`);
process.stdout.write(out.join('\n\n') + '\n');
