// The tables and columns of a schema, where they are written, and the schema's files without one of them.
import fs from 'node:fs';
import path from 'node:path';

/** Every `export const x = pgTable('x', { … })` of the given files. */
export function tables(ts, tree, files) {
  const found = [];
  for (const file of files) {
    const text = fs.readFileSync(path.join(tree, file), 'utf8');
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    for (const statement of source.statements) {
      if (!ts.isVariableStatement(statement)) continue;
      for (const declaration of statement.declarationList.declarations) {
        const call = tableCall(ts, declaration.initializer);
        if (!call) continue;
        const [name, shape] = call.arguments;
        const columns = shape.properties.filter(ts.isPropertyAssignment).map((it) => ({
          key: it.name.text ?? it.name.getText(source),
          name: columnName(ts, it.initializer) ?? it.name.text,
        }));
        found.push({ file, export: declaration.name.getText(source), name: name.text, columns });
      }
    }
  }
  return found;
}

function tableCall(ts, node) {
  while (node && ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'enableRLS')
    node = node.expression.expression;
  if (!node || !ts.isCallExpression(node) || node.arguments.length < 2) return undefined;
  const callee = node.expression.getText();
  const named = /(^|\.)(pgTable|table)$|[tT]able$/.test(callee);
  return named && ts.isStringLiteralLike(node.arguments[0]) && ts.isObjectLiteralExpression(node.arguments[1]) ? node : undefined;
}

function columnName(ts, node) {
  while (ts.isCallExpression(node)) {
    if (ts.isIdentifier(node.expression) || (ts.isPropertyAccessExpression(node.expression) && ts.isIdentifier(node.expression.expression)))  {
      const first = node.arguments[0];
      return first && ts.isStringLiteralLike(first) ? first.text : undefined;
    }
    node = node.expression.expression ?? node.expression;
  }
  return undefined;
}

/** The texts of the schema's files without a column: its property, and the keys and indexes made of it. */
export function withoutColumn(ts, tree, files, table, key) {
  return edited(ts, tree, files, (source, file) => {
    const cuts = [];
    const mine = (node) => ts.isPropertyAccessExpression(node) && node.name.text === key && ts.isIdentifier(node.expression);
    const visit = (node, param) => {
      if (file === table.file && ts.isVariableDeclaration(node) && node.name.getText(source) === table.export) {
        const call = tableCall(ts, node.initializer);
        if (call) {
          for (const property of call.arguments[1].properties) {
            if (ts.isPropertyAssignment(property) && (property.name.text ?? '') === key) cuts.push(element(property, source));
          }
          const extra = call.arguments[2];
          if (extra && (ts.isArrowFunction(extra) || ts.isFunctionExpression(extra))) {
            const own = extra.parameters[0]?.name.getText(source);
            for (const item of items(ts, extra)) if (mentions(ts, item, (it) => mine(it) && it.expression.text === own)) cuts.push(element(item, source));
          }
          for (const property of call.arguments[1].properties) visit(property);
          return;
        }
      }
      cut(ts, source, node, cuts, (it) => mine(it) && it.expression.text === table.export);
      ts.forEachChild(node, (child) => visit(child, param));
    };
    visit(source);
    return cuts;
  });
}

/** The texts without an index or unique constraint: the item of a table's third argument that has its name. */
export function withoutIndex(ts, tree, files, name) {
  return edited(ts, tree, files, (source) => {
    const cuts = [];
    const visit = (node) => {
      const call = ts.isVariableDeclaration(node) ? tableCall(ts, node.initializer) : undefined;
      const extra = call?.arguments[2];
      if (extra && (ts.isArrowFunction(extra) || ts.isFunctionExpression(extra))) {
        for (const item of items(ts, extra)) {
          if (mentions(ts, item, (it) => ts.isStringLiteralLike(it) && it.text === name)) cuts.push(element(item, source));
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return cuts;
  });
}

/** The texts without a table: its statement, what is made of it, and the foreign keys to it. */
export function withoutTable(ts, tree, files, table) {
  const gone = new Set([table.export]);
  let before;
  // What is made of what is gone goes, too: row types, insert schemas, relations.
  do {
    before = gone.size;
    for (const file of files) {
      const source = parse(ts, tree, file);
      for (const statement of source.statements) {
        const names = declared(ts, statement);
        if (names.length === 0 || names.every((name) => gone.has(name)) || isTable(ts, statement)) continue;
        const uses = mentions(ts, statement, (it) => ts.isIdentifier(it) && gone.has(it.text) && isReference(ts, it));
        if (uses && (ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement) || derives(ts, statement))) names.forEach((name) => gone.add(name));
      }
    }
  } while (gone.size > before);
  return edited(ts, tree, files, (source) => {
    const cuts = [];
    for (const statement of source.statements) {
      const names = declared(ts, statement);
      if (names.length && names.every((name) => gone.has(name))) {
        cuts.push([statement.getFullStart(), statement.getEnd()]);
        continue;
      }
      if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)) {
        for (const it of statement.exportClause.elements) if (gone.has((it.propertyName ?? it.name).text)) cuts.push(element(it, source));
      }
      const owner = (node) => ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === table.export;
      const visit = (node) => {
        if (cut(ts, source, node, cuts, owner)) return;
        // A foreign key in a table's third argument.
        if (ts.isCallExpression(node) && node.expression.getText(source) === 'foreignKey' && mentions(ts, node, owner)) {
          let whole = node;
          while (ts.isPropertyAccessExpression(whole.parent) || ts.isCallExpression(whole.parent)) whole = whole.parent;
          if (ts.isPropertyAssignment(whole.parent)) whole = whole.parent;
          cuts.push(element(whole, source));
          return;
        }
        ts.forEachChild(node, visit);
      };
      visit(statement);
    }
    return cuts;
  });
}

/** `.references(() => t.key)` is cut off its column. */
function cut(ts, source, node, cuts, names) {
  const isCall = ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'references';
  if (!isCall || !node.arguments[0] || !mentions(ts, node.arguments[0], names)) return false;
  cuts.push([node.expression.expression.getEnd(), node.getEnd()]);
  return true;
}

function items(ts, extra) {
  let body = extra.body;
  if (ts.isBlock(body)) body = body.statements.find(ts.isReturnStatement)?.expression;
  while (body && ts.isParenthesizedExpression(body)) body = body.expression;
  if (body && ts.isArrayLiteralExpression(body)) return [...body.elements];
  return body && ts.isObjectLiteralExpression(body) ? [...body.properties] : [];
}

function mentions(ts, node, is) {
  let found = false;
  const visit = (it) => {
    found ||= is(it);
    if (!found) ts.forEachChild(it, visit);
  };
  visit(node);
  return found;
}

const isReference = (ts, it) => !(ts.isPropertyAccessExpression(it.parent) && it.parent.name === it) && !(ts.isPropertyAssignment(it.parent) && it.parent.name === it);
const isTable = (ts, statement) => ts.isVariableStatement(statement) && statement.declarationList.declarations.some((it) => tableCall(ts, it.initializer));
const derives = (ts, statement) => ts.isVariableStatement(statement) && /\b(create\w*Schema|relations|pick|omit|extend)\(|Schema\b/.test(statement.getText());

function declared(ts, statement) {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map((it) => it.name.getText());
  return ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement) ? [statement.name.text] : [];
}

/** An element of a list with the comma after it. */
function element(node, source) {
  const rest = /^\s*,/.exec(source.text.slice(node.getEnd()));
  return [node.getFullStart(), node.getEnd() + (rest ? rest[0].length : 0)];
}

const parse = (ts, tree, file) => ts.createSourceFile(file, fs.readFileSync(path.join(tree, file), 'utf8'), ts.ScriptTarget.Latest, true);

function edited(ts, tree, files, find) {
  const found = new Map();
  for (const file of files) {
    const source = parse(ts, tree, file);
    const cuts = find(source, file).sort((a, b) => b[0] - a[0] || b[1] - a[1]);
    let text = source.text;
    let last = Infinity;
    for (const [from, to] of cuts) {
      if (to > last) continue;
      text = text.slice(0, from) + text.slice(to);
      last = from;
    }
    if (cuts.length) found.set(file, text);
  }
  return found;
}
