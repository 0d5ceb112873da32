// A context store that, like those on a database, has no synchronous form. One JSON file holds it all.
const { existsSync, readFileSync, renameSync, writeFileSync } = require('node:fs');

module.exports = ({ file }) => {
	const read = () => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {});
	const write = (all) => {
		writeFileSync(`${file}.new`, JSON.stringify(all));
		renameSync(`${file}.new`, file);
	};
	const later = (callback, work) => {
		if (typeof callback !== 'function') throw new Error('only asynchronous access supported');
		setTimeout(() => {
			try {
				callback(null, work());
			} catch (error) {
				callback(error);
			}
		}, 5);
	};
	return {
		open: () => Promise.resolve(),
		close: () => Promise.resolve(),
		get: (scope, key, callback) => later(callback, () => read()[scope]?.[key]),
		set: (scope, key, value, callback) =>
			later(callback, () => {
				const all = read();
				write({ ...all, [scope]: { ...all[scope], [key]: value } });
			}),
		keys: (scope, callback) => later(callback, () => Object.keys(read()[scope] ?? {})),
		delete: () => Promise.resolve(),
		clean: () => Promise.resolve(),
	};
};
