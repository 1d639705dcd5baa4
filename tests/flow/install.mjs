// What `make install` puts down, at work: installed into a folder of its own and run from there on the database
// and the directory of a sample portal. (tests/install looks at what is there.)
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assert, main, test } from './lib/registry.mjs';
import { onFronts } from './lib/fronts.mjs';
import { root, run } from './lib/instance.mjs';

/** The installed configuration with this instance's neighbours in place of the examples. */
function adapted(text, folder, instance) {
	const sample = fs.readFileSync(path.join(instance.state, 'loket.xml'), 'utf8');
	const part = (name) => new RegExp(`<${name}[ >][\\s\\S]*?(</${name}>|/>)`).exec(sample)[0];
	return text.replaceAll('"/usr/share/', `"${folder}/usr/share/`)
		.replace(/(groups|desks|catalogue|texts)="(?=[a-z])/g, `$1="${root}/conf/sample/`)
		.replaceAll('"/run/loket', `"${folder}/run`)
		.replace(/<database [^>]*\/>/, part('database'))
		.replace(/<source id[\s\S]*<\/source>/, () => /<source id[\s\S]*<\/source>/.exec(sample)[0])
		.replace('loket.example.edu', 'localhost');
}

function installed(instance) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'loket-install.'));
	const at = (...where) => path.join(folder, ...where);
	const conf = at('etc/loket/loket.xml');
	const ctl = (...words) => run(at('usr/bin/loketctl'), ['-c', conf, ...words]);

	test('make install needs nothing but what was built', async () => {
		const { code, err } = await run('make', ['-s', 'install-files', 'MODE=rel', `DESTDIR=${folder}`], { cwd: root, env: { MAKEFLAGS: '' } });
		assert.equal(code, 0, err);
		fs.mkdirSync(at('run/state'), { recursive: true });
	}, 120);
	test('with content and neighbours in their places the installed loketctl finds nothing wrong', async () => {
		fs.writeFileSync(conf, adapted(fs.readFileSync(path.join(root, 'conf/loket.xml'), 'utf8'), folder, instance));
		const { code, out, err } = await ctl('check');
		assert.equal(code, 0, out + err);
	});
	test('an installed program answers; what browsers keep is named after its content, not after the link', async () => {
		const env = { REQUEST_METHOD: 'GET', REQUEST_URI: '/public', SERVER_PROTOCOL: 'HTTP/1.1', HTTP_HOST: 'localhost', REMOTE_ADDR: '127.0.0.1' };
		const { code, out, err } = await run(at('usr/lib/loket/cgi-bin/public.fcgi'), ['-c', conf], { env });
		assert.equal(code, 0, err);
		assert.match(out, /^Status: 200 /);
		const [, name] = /\/static\/([^/]+)\/loket\.css/.exec(out);
		assert.match(name, /^[0-9a-f]{12}$/);
		assert.ok(fs.existsSync(at('usr/share/loket/static', name, 'loket.css')));
	});
	test('a second installation leaves a configuration that was changed alone', async () => {
		const before = fs.readFileSync(conf, 'utf8');
		const { code } = await run('make', ['-s', 'install-files', 'MODE=rel', `DESTDIR=${folder}`], { cwd: root, env: { MAKEFLAGS: '' } });
		assert.equal(code, 0);
		assert.equal(fs.readFileSync(conf, 'utf8'), before);
		assert.equal(fs.readFileSync(at('usr/share/doc/loket/loket.xml'), 'utf8'), fs.readFileSync(path.join(root, 'conf/loket.xml'), 'utf8'));
	}, 120);
	return () => fs.rmSync(folder, { recursive: true, force: true });
}

let tidy;
main('install', onFronts(['nginx/'], (instance) => {
	tidy = installed(instance);
}).map((part) => ({ ...part, stop: async (instance) => {
	tidy?.();
	await part.stop(instance);
} })));
