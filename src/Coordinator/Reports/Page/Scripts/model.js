// The data of the page: the job, its axes and cells, and the pictures and curves that are parsed when they are first looked at.

const byId = (id) => document.getElementById(id);
const data = JSON.parse(byId('model').textContent);
const job = data.job;

// Unknown is null; NaN and the infinities come as text.
const asNumber = (value) => value === null ? null : Number(value);
const isKnown = (value) => value !== null && Number.isFinite(value);

const axes = data.axes.map((axis, index) => ({ ...axis, index, labels: shortLabels(axis.values) }));
// An axis with one value tells nothing apart.
const freeAxes = axes.filter((axis) => axis.values.length > 1);

const cells = data.cells.map((raw, index) => {
    const cell = { ...raw, index };
    for (const field of ['score', 'contentTerm', 'styleTerm', 'content', 'style', 'tv', 'total', 'seconds']) cell[field] = asNumber(raw[field]);
    cell.label = raw.name || freeAxes.map((axis) => `${axis.name} ${axis.labels[raw.at[axis.index]]}`).join(' · ') || raw.id.slice(0, 12);
    return cell;
});
const ranked = cells.filter((cell) => cell.rank > 0).sort((a, b) => a.rank - b.rank);
const allSteps = [...new Set(cells.flatMap((cell) => cell.shots))].sort((a, b) => a - b);
const withCurves = [...ranked, ...cells.filter((cell) => cell.rank === 0)].filter((cell) => byId(`curve-${cell.index}`));

/** File names without the folders and the extension, as long as they still differ. */
function shortLabels(values) {
    const isPath = values.length > 0 && values.every((value) => /[/\\]|\.(jpe?g|png|webp|tiff?|gif|heic)$/i.test(value));
    if (!isPath) return values;
    const names = values.map((value) => value.replace(/^.*[/\\](?=.)/, '').replace(/(.)\.(jpe?g|png|webp|tiff?|gif|heic)$/i, '$1'));
    return new Set(names).size === values.length ? names : values;
}

const parsed = new Map();
/** Parses a block of data once and lets go of its text. */
function block(id) {
    if (!parsed.has(id)) {
        const source = byId(id);
        parsed.set(id, source ? JSON.parse(source.textContent) : null);
        if (source) source.textContent = '';
    }
    return parsed.get(id);
}

const pictureUri = (base64) => `data:image/jpeg;base64,${base64}`;

/** Where in the cell's film the last picture at or before a step stands, or -1. */
function shotAt(cell, step) {
    let found = -1;
    while (found + 1 < cell.shots.length && cell.shots[found + 1] <= step) found++;
    return found;
}

const shotUri = (cell, shot) => pictureUri(block(`film-${cell.index}`)[shot]);

/** The cell's curve: steps and the series by name, as numbers; null when there is none. */
function curveOf(cell) {
    const raw = block(`curve-${cell.index}`);
    if (raw && !raw.byName) raw.byName = new Map(raw.series.map(([name, values]) => [name, values.map(asNumber)]));
    return raw;
}

/** A relative link; what looks like a scheme or a host in it is part of the path. */
const pathLink = (path) => './' + path.split('/').map(encodeURIComponent).join('/');

function format(value) {
    if (value === null || value === undefined) return '–';
    if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
    const size = Math.abs(value);
    if (size !== 0 && (size >= 1e5 || size < 1e-3)) return value.toExponential(2).replace('e+', 'e');
    return String(Number(value.toPrecision(4)));
}

const formatTerm = (value) => isKnown(value) ? value.toFixed(3) : format(value);

function formatDuration(seconds) {
    if (!isKnown(seconds)) return '–';
    if (seconds < 60) return `${seconds < 10 ? Number(seconds.toFixed(1)) : Math.round(seconds)} s`;
    const minutes = Math.round(seconds / 60);
    if (minutes < 60) return `${minutes} min`;
    return minutes < 2880 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${Math.round(minutes / 1440)} days`;
}

const plural = (count, one, many = `${one}s`) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** What became of a cell, in a few words. */
function stateText(cell) {
    if (cell.state === 'stopped') return `stopped at ${cell.done} of ${cell.planned}`;
    if (cell.state === 'failed') return cell.done > 0 ? `failed at ${cell.done} of ${cell.planned}` : 'failed';
    return cell.state === 'waiting' && cell.done > 0 ? `waiting at ${cell.done} of ${cell.planned}` : cell.state;
}

