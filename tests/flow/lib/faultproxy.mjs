// Stands between a program and its neighbour and misbehaves on request. Addresses are { port } on
// loopback or { path } of a unix socket.
//
//     pass            hands on everything
//     delay MS        hands on everything, MS later
//     hang            keeps the connection and says nothing
//     refuse          resets new connections, and those that are open
//     reset           resets at the next byte
//     cut N           N bytes of the answer, then a reset
//     half N          N bytes of the answer, then silence
//     garbage         bytes of the answer come out changed
//     drip MS         one byte of the answer every MS
//     after WORD      of a transaction in which WORD was said COMMIT goes up, but its answer does not come down
//     up-hang         what is asked disappears; what is answered comes through
import net from 'node:net';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class FaultProxy {
	#mode = 'pass';
	#amount = 0;
	#word = '';
	#waiters = new Set();
	#sockets = new Set();

	constructor({ listen, upstream }) {
		this.listen = listen;
		this.upstream = upstream;
		this.connections = 0;
		this.asked = Buffer.alloc(0); // what went up since the last reset of this field
	}

	/** "cut 20" and so on; counts for open connections too. */
	set mode(text) {
		const [word, amount] = text.split(' ');
		this.#mode = word;
		this.#amount = Number(amount ?? 0);
		this.#word = amount ?? '';
		for (const wake of this.#waiters)
			wake();
		this.#waiters.clear();
		if (word === 'refuse')
			this.#reset(...this.#sockets);
	}

	get mode() {
		return this.#mode;
	}

	start() {
		this.server = net.createServer((down) => this.#accept(down));
		return new Promise((resolve, reject) => {
			this.server.on('error', reject);
			const where = this.listen.path ?? { port: this.listen.port ?? 0, host: '127.0.0.1' };
			this.server.listen(where, () => {
				this.port = this.server.address().port;
				resolve(this);
			});
		});
	}

	stop() {
		for (const socket of this.#sockets)
			socket.destroy();
		return new Promise((resolve) => this.server.close(resolve));
	}

	#reset(...sockets) {
		for (const socket of sockets)
			socket.resetAndDestroy ? socket.resetAndDestroy() : socket.destroy();
	}

	#changed() {
		return new Promise((resolve) => this.#waiters.add(resolve));
	}

	#accept(down) {
		this.connections++;
		down.on('error', () => {});
		if (this.#mode === 'refuse')
			return this.#reset(down);
		const up = net.connect(this.upstream.path ? this.upstream : { host: '127.0.0.1', ...this.upstream });
		up.on('error', () => this.#reset(down));
		for (const socket of [down, up]) {
			this.#sockets.add(socket);
			socket.on('close', () => this.#sockets.delete(socket));
		}
		this.#pump(down, up, false);
		this.#pump(up, down, true);
	}

	async #pump(from, to, answers) {
		let sent = 0;
		const line = { said: false };
		try {
			for await (const chunk of from) {
				if (!answers && this.#word && chunk.includes(this.#word))
					line.said = true;
				if (!answers)
					this.asked = Buffer.concat([this.asked, chunk]).subarray(-65536);
				const left = await this.#hand(chunk, from, to, answers, sent, line);
				if (left < 0)
					return;
				sent += left;
			}
			to.end();
		} catch {
			to.destroy();
		}
	}

	/** The neighbour has done what was asked; nobody hears of it. */
	async #forget(chunk, from, to) {
		this.mode = 'pass';
		this.forgot = true;
		from.destroy();
		to.end(chunk);
		return -1;
	}

	/** Gives the number of bytes handed on, or -1 when the connection is over. */
	async #hand(chunk, from, to, answers, sent, line) {
		while (this.#mode === 'hang' || (this.#mode === 'up-hang' && !answers)) {
			await this.#changed();
			if (from.destroyed || to.destroyed)
				return -1;
		}
		if (this.#mode === 'after' && line.said && chunk.includes('COMMIT'))
			return this.#forget(chunk, from, to);
		switch (answers || ['reset', 'delay'].includes(this.#mode) ? this.#mode : 'pass') {
		case 'reset':
			this.#reset(from, to);
			return -1;
		case 'delay':
			await sleep(this.#amount);
			break;
		case 'cut':
			to.write(chunk.subarray(0, Math.max(0, this.#amount - sent)), () => this.#reset(to, from));
			return -1;
		case 'half':
			to.write(chunk.subarray(0, Math.max(0, this.#amount - sent)));
			while (this.#mode === 'half' && !from.destroyed)
				await this.#changed();
			this.#reset(to, from);
			return -1;
		case 'garbage':
			chunk = chunk.map((byte, i) => (i % 7 === 3 ? byte ^ 0x5a : byte));
			break;
		case 'drip':
			for (const byte of chunk) {
				if (to.destroyed)
					return -1;
				to.write(Buffer.from([byte]));
				await sleep(this.#amount);
			}
			return chunk.length;
		}
		to.write(chunk);
		return chunk.length;
	}
}
