import { readFileSync } from 'node:fs';

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));

/** Places in which Node looks for a package that another one needs, the nearest first. */
function placesFor(name, from) {
  const places = [];
  for (
    let folder = from;
    folder !== '';
    folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))
  ) {
    places.push(`${folder}/node_modules/${name}`);
  }
  return [...places, `node_modules/${name}`];
}

describe('package-lock.json', () => {
  // An incomplete registry mirror makes npm drop the entries of other machines; npm 11 then refuses "npm ci" everywhere.
  it('names the optional packages of every machine', () => {
    const missing = Object.entries(packages).flatMap(([path, entry]) =>
      Object.keys(entry.optionalDependencies ?? {}).filter((name) =>
        placesFor(name, path).every((place) => !packages[place]),
      ),
    );
    expect(missing).toEqual([]);
  });

  it('decides about the install scripts of every package that has one', () => {
    const { allowScripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    const withScript = Object.entries(packages).filter(([, entry]) => entry.hasInstallScript);
    const names = withScript.map(([path]) =>
      path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    );
    expect(names.filter((name) => !(name in allowScripts))).toEqual([]);
  });

  it('names no registry', () => {
    expect(
      Object.values(packages).filter((entry) => entry.resolved !== undefined && entry.link !== true),
    ).toEqual([]);
  });
});
