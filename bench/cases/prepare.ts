// What a way stored before the newcomers appeared.
import { writeFileSync } from 'node:fs';
import { openBody, type Place } from '../body';
import { runCase } from '../case';
import { WAYS, type WayName } from '../ways';

export interface Preparation {
	readonly way: WayName;
	readonly place: Place;
	readonly file: string;
}

runCase(async ({ way, place, file }: Preparation) => {
	const { stored } = await WAYS[way].poll(undefined, await openBody(place, 'before'));
	writeFileSync(file, stored!);
	return { characters: stored!.length };
});
