// What `make install` puts down: installs into a folder of its own, and runs it from there on the database
// and the directory of a sample portal.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assert, main, test } from './lib/registry.mjs';
import { onFronts } from './lib/fronts.mjs';
import { root, run } from './lib/instance.mjs';

const units = ['loket.target', 'loket-watch.service', 'loket-refresh.service',
	...['login', 'catalogue', 'public', 'health'].flatMap((p) => [`loket-${p}.socket`, `loket-${p}@.service`])];

/** The installed configuration with this instance's neighbours in place of the examples. */
function adapted(text, folder, instance) {
	const sample = fs.readFileSync(path.join(instance.state, 'loket.xml'), 'utf8');
	const part = (name) => new RegExp(`<${name}[ >][\\s\\S]*?(</${name}>|/>)`).exec(sample)[0];
	return text.replaceAll('"/usr/share/', `"${folder}/usr/share/`)
		.replaceAll('"content/', `"${root}/conf/sample/`)
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

	test('make install puts programs, views, units, fronts and the configuration below DESTDIR', async () => {
		const { code, err } = await run('make', ['-s', 'install-files', 'MODE=rel', `DESTDIR=${folder}`], { cwd: root, env: { MAKEFLAGS: '' } });
		assert.equal(code, 0, err);
		for (const file of ['usr/bin/loketctl', 'usr/lib/loket/cgi-bin/login.fcgi', 'usr/lib/loket/bin/loketd', 'usr/lib/loket/bin/loket-watch',
			'usr/lib/loket/bin/loket-refresh', 'usr/share/loket/xslt/frame.xsl', 'usr/share/loket/schema/conf.rng', 'usr/share/loket/schema/accounts.sql',
			'usr/share/loket/static/current/loket.css', 'usr/share/loket/front/outage.html', 'usr/share/doc/loket/nginx.conf',
			'usr/share/doc/loket/apache.conf', 'usr/lib/sysusers.d/loket.conf', 'usr/lib/tmpfiles.d/loket.conf', 'etc/loket/loket.xml',
			...units.map((u) => `usr/lib/systemd/system/${u}`)])
			assert.ok(fs.existsSync(at(file)), file);
	}, 120);
	test('the configuration that is installed is found fine but for content and neighbours, and says which', async () => {
		const text = fs.readFileSync(conf, 'utf8').replaceAll('"/usr/share/', `"${folder}/usr/share/`).replaceAll('"/run/loket', `"${folder}/run`);
		fs.mkdirSync(at('run/state'), { recursive: true });
		fs.mkdirSync(at('etc/loket/secrets'), { recursive: true });
		for (const name of ['db-care', 'ldap'])
			fs.writeFileSync(at(`etc/loket/secrets/${name}.secret`), 'not-the-one\n', { mode: 0o400 });
		fs.writeFileSync(conf, text.replace('tls/ldap-ca.pem', `${instance.state}/tls/ca.pem`));
		const { code, out, err } = await ctl('check', '--json');
		assert.notEqual(code, 0);
		const steps = Object.fromEntries(JSON.parse(out).steps.map((s) => [s.step, s.ok]));
		assert.deepEqual(steps, { configuration: true, content: false, views: true, database: false, 'source campus': false }, err);
	});
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
	if (fs.existsSync('/usr/bin/systemd-analyze'))
		test('systemd finds no fault in the units', async () => {
			const own = at('units');
			fs.mkdirSync(own);
			for (const unit of units)
				fs.writeFileSync(path.join(own, unit), fs.readFileSync(at('usr/lib/systemd/system', unit), 'utf8')
					.replaceAll('=/usr/lib/loket', `=${folder}/usr/lib/loket`));
			const { code, err, out } = await run('systemd-analyze', ['verify', '--man=no', ...units.map((u) => path.join(own, u.replace('@.', '@1.')))],
				{ env: { SYSTEMD_UNIT_PATH: `${own}:` } });
			assert.equal(`${code} ${out}${err}`, '0 ');
		});
	return () => fs.rmSync(folder, { recursive: true, force: true });
}

let tidy;
main('install', onFronts(['nginx/'], (instance) => {
	tidy = installed(instance);
}).map((part) => ({ ...part, stop: async (instance) => {
	tidy?.();
	await part.stop(instance);
} })));
