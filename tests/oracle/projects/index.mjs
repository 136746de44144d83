// A random project that describes a database with Drizzle: the same seed, the same files.
import { declareEnum } from './enums.mjs';
import { layout } from './layout.mjs';
import { declareNoise } from './noise.mjs';
import { declarePolicy, declareRole, declareSchema, declareSequence } from './objects.mjs';
import { Project } from './project.mjs';
import { share } from './sharing.mjs';
import { declareFactoryTables, declareTable } from './tables.mjs';
import { declareView } from './views.mjs';

/** {files: {path: text}, links: {path: target}, schema: [entry], casing} */
export function project(seed) {
  const p = new Project(seed);
  const { random } = p;
  const times = (count, make) => {
    for (let i = count; i > 0; i--) make(p);
  };
  if (random.chance(0.3)) times(1 + random.below(2), declareSchema);
  times(random.below(3), declareEnum);
  if (random.chance(0.15)) times(1 + random.below(2), declareRole);
  if (random.chance(0.6)) share(p);
  times(1 + random.below(random.chance(0.2) ? 6 : 3), (it) => {
    declareTable(it);
    if (random.chance(0.2)) share(it);
    if (random.chance(0.3)) declareNoise(it);
    if (random.chance(0.1)) declareEnum(it);
  });
  if (random.chance(0.06)) declareFactoryTables(p);
  if (random.chance(0.12)) declareSequence(p);
  if (random.chance(0.35)) times(1 + random.below(3), declareView);
  if (random.chance(0.08)) declarePolicy(p);
  times(random.below(3), declareNoise);
  return layout(p);
}
