// The data of the page: the job, its axes and cells, and the pictures and curves that are parsed when they are first looked at.

const byId = (id) => document.getElementById(id);
const data = JSON.parse(byId('model').textContent);
const job = data.job;

const measures = ['content', 'style', 'tv', 'total'];

// Unknown is null; NaN and the infinities come as text.
const asNumber = (value) => (value === null ? null : Number(value));

const axes = data.axes.map((axis, index) => {
    const labels = shortLabels(axis.values, axis.numbers);
    // The name of a file speaks for itself.
    return { ...axis, index, labels, phrase: (at) => (isPath(axis.values) ? labels[at] : `${axis.name} ${labels[at]}`) };
});
// An axis with one value tells nothing apart.
const freeAxes = axes.filter((axis) => axis.values.length > 1);

/** The values of a cell on some axes, in words. */
const phrases = (cell, some) => some.map((axis) => axis.phrase(cell.at[axis.index])).join(' · ');

const cells = data.cells.map((raw, index) => {
    const cell = { ...raw, index };
    for (const field of ['score', 'contentTerm', 'styleTerm', 'content', 'style', 'tv', 'total', 'seconds'])
        cell[field] = asNumber(raw[field]);
    cell.label = raw.name || phrases(raw, freeAxes) || raw.id.slice(0, 12);
    return cell;
});
const ranked = cells.filter((cell) => cell.rank > 0).sort((a, b) => a.rank - b.rank);
const allSteps = [...new Set(cells.flatMap((cell) => cell.shots))].sort((a, b) => a - b);
const withCurves = [...ranked, ...cells.filter((cell) => cell.rank === 0)].filter((cell) => byId(`curve-${cell.index}`));

/** Labels for the cells of a group: what tells each from the others, its values on the axes on which they differ. */
function labelsAmong(group) {
    const telling = freeAxes.filter((axis) => group.some((each) => each.at[axis.index] !== group[0].at[axis.index]));
    return (cell) => cell.name || phrases(cell, telling) || cell.label;
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

/** What became of a cell, in a few words. */
function stateText(cell) {
    if (cell.state === 'stopped') return `stopped at ${cell.done} of ${cell.planned}`;
    if (cell.state === 'failed') return cell.done > 0 ? `failed at ${cell.done} of ${cell.planned}` : 'failed';
    return cell.state === 'waiting' && cell.done > 0 ? `waiting at ${cell.done} of ${cell.planned}` : cell.state;
}
