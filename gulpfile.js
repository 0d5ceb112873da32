const { rm } = require('node:fs/promises');
const { dest, src } = require('gulp');

const assets = ['icons/*.{svg,png}', '{nodes,credentials}/**/*.{svg,png}', 'nodes/**/*.node.json'];

exports.clean = () => rm('dist', { recursive: true, force: true });

// `encoding: false`: gulp would otherwise decode a PNG as text and damage it.
exports.default = () => src(assets, { base: '.', encoding: false }).pipe(dest('dist'));
