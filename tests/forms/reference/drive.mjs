// Drives the reference engine: one JSON command a line in, one JSON answer a line out.
// It decides nothing: forms and answers come from the Python tests.
import { createInterface } from 'node:readline';
import { JSDOM } from 'jsdom';

const window = new JSDOM('').window;
for (const name of [
  'DOMParser', 'XMLSerializer', 'Node', 'Element', 'Document', 'Attr', 'Text', 'Comment',
  'CDATASection', 'NodeFilter', 'HTMLElement', 'XPathResult', 'XPathEvaluator', 'XPathExpression',
  'XMLDocument', 'CharacterData', 'ProcessingInstruction', 'DocumentType', 'Blob', 'File',
  'localStorage', 'Event', 'EventTarget',
]) {
  try {
    if (window[name]) globalThis[name] = window[name];
  } catch {
    // localStorage refuses an opaque origin; the engine then makes its own device id.
  }
}
globalThis.document ??= window.document;
globalThis.window ??= globalThis;
// Its XPath parser has a branch for Node that needs CommonJS: let it take the browser's branch.
await fetch('data:,'); // loads Node's own fetch while Node still knows its version
const versions = process.versions;
Object.defineProperty(process, 'versions', { value: { ...versions, node: undefined }, configurable: true });

if (process.env.REFERENCE_NOW) {
  const fixed = Number(process.env.REFERENCE_NOW);
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...parts) {
      super(...(parts.length ? parts : [fixed]));
    }
    static now() {
      return fixed;
    }
  };
}

const { createInstance, constants } = await import('@getodk/xforms-engine');

Object.defineProperty(process, 'versions', { value: versions, configurable: true });

const respond = (body, type) =>
  new Response(body, { status: 200, headers: { 'content-type': type } });

async function open(command) {
  const files = command.files ?? {};
  return createInstance(command.form, {
    form: {
      fetchFormAttachment: async (url) => {
        const name = String(url).split('/').pop();
        const body = files[name];
        if (body === undefined) return new Response('', { status: 404 });
        const type = name.endsWith('.csv') ? 'text/csv' : 'text/xml';
        return respond(body, type);
      },
      missingResourceBehavior: constants?.MISSING_RESOURCE_BEHAVIOR?.BLANK,
    },
    instance: {},
  });
}

function* walk(node) {
  yield node;
  for (const child of node.currentState.children ?? []) yield* walk(child);
}

function find(root, ref) {
  for (const node of walk(root)) {
    if (node.currentState.reference === ref) return node;
  }
  return null;
}

function set(node, value) {
  if (!node) return 'missing';
  switch (node.nodeType) {
    case 'select':
      node.selectValues(value === '' ? [] : node.selectType === 'select1' ? [value] : value.split(/\s+/));
      return 'ok';
    case 'rank':
      node.setValues(value.split(/\s+/));
      return 'ok';
    case 'trigger':
      node.setValue(value === 'OK');
      return 'ok';
    case 'repeat-range:uncontrolled': {
      const now = node.currentState.children.length;
      const wanted = Number(value);
      if (wanted > now) node.addInstances(now - 1, wanted - now);
      if (wanted < now) node.removeInstances(wanted, now - wanted);
      return 'ok';
    }
    case 'input':
    case 'range':
      node.setValue(value);
      return 'ok';
    default:
      return node.nodeType;
  }
}

const LEAVES = new Set(['model-value', 'note', 'input', 'select', 'rank', 'range', 'trigger', 'upload']);

function dump(root) {
  const leaves = {};
  for (const node of walk(root)) {
    if (!LEAVES.has(node.nodeType)) continue;
    const state = node.currentState;
    const violation = node.validationState?.violation ?? null;
    leaves[state.reference] = {
      kind: node.nodeType,
      value: state.instanceValue ?? node.instanceState?.instanceXML ?? '',
      relevant: state.relevant,
      required: state.required,
      readonly: state.readonly,
      label: state.label?.asString ?? '',
      choices: ['select', 'rank'].includes(node.nodeType)
        ? state.valueOptions.map((option) => [option.value, option.label?.asString ?? ''])
        : null,
      violation: violation?.condition ?? null,
    };
  }
  return leaves;
}

async function handle(command) {
  const opened = await open(command);
  const root = opened.root;
  if (command.language) {
    const found = root.languages.find((l) => l.language === command.language);
    if (found) root.setLanguage(found);
  }
  const times = [];
  const results = [];
  for (const [ref, value] of command.answers ?? []) {
    const node = find(root, ref);
    const started = performance.now();
    results.push(set(node, value));
    times.push(performance.now() - started);
  }
  return { leaves: command.quiet ? {} : dump(root), results, times };
}

for await (const line of createInterface({ input: process.stdin })) {
  if (!line.trim()) continue;
  const command = JSON.parse(line);
  let answer;
  try {
    answer = await handle(command);
  } catch (error) {
    answer = { error: String(error?.message ?? error) };
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
