// What the reader has chosen. Every part of the page listens, none knows another.

const listeners = new Map();
const on = (event, listener) => listeners.set(event, [...(listeners.get(event) ?? []), listener]);
const emit = (event, ...details) => (listeners.get(event) ?? []).forEach((listener) => listener(...details));

const chosen = {
    /** Which of allSteps the timeline stands at. */
    stepAt: allSteps.length - 1,
    /** The key of the tone that colours the cells. */
    tone: tones[0]?.key,
    /** Ranges that are kept: dimension → {low, high} in the dimension's own unit. */
    brushes: new Map(),
};

const currentStep = () => (allSteps.length > 0 ? allSteps[chosen.stepAt] : 0);
const currentTone = () => tones.find((tone) => tone.key === chosen.tone);

function setStep(at) {
    chosen.stepAt = Math.max(0, Math.min(allSteps.length - 1, at));
    paintVisible();
    emit('step');
}

function setTone(key) {
    chosen.tone = key;
    emit('tone');
}

/** Axes with more than one value, then the measures: all that a cell can be placed on. */
const dimensions = [
    ...freeAxes.map((axis) => ({
        key: `axis-${axis.index}`,
        name: axis.name,
        axis,
        domain: axis.numbers ? extent(axis.numbers) : [0, axis.values.length - 1],
        isLog: axis.scale === 'log',
        place: (cell) => (axis.numbers ? axis.numbers[cell.at[axis.index]] : cell.at[axis.index]),
        text: (value) => (axis.numbers ? format(value) : axis.labels[Math.round(value)]),
    })),
    ...[
        ['score', 'score'],
        ['contentTerm', 'content term'],
        ['styleTerm', 'style term'],
    ].map(([field, name]) => ({
        key: field,
        name,
        isMeasure: true,
        domain: extent(cells.map((cell) => cell[field])),
        place: (cell) => cell[field],
        text: formatTerm,
    })),
].filter((dimension) => dimension.domain);

/** 1 for each cell that all brushes keep. */
const picked = new Uint8Array(cells.length).fill(1);
let pickedCount = cells.length;

function setBrush(dimension, range) {
    if (range) chosen.brushes.set(dimension, range);
    else chosen.brushes.delete(dimension);
    applyBrushes();
}

function clearBrushes() {
    chosen.brushes.clear();
    applyBrushes();
}

const applyBrushes = onceAFrame(() => {
    pickedCount = 0;
    for (const cell of cells) {
        let keeps = 1;
        for (const [dimension, { low, high }] of chosen.brushes) {
            const place = dimension.place(cell);
            if (!(isKnown(place) && place >= low && place <= high)) keeps = 0;
        }
        picked[cell.index] = keeps;
        pickedCount += keeps;
    }
    for (const element of document.querySelectorAll('[data-cell]')) dim(element);
    emit('selection');
});

/** Fades an element whose cell no brush keeps. */
function dim(element) {
    element.classList.toggle('dimmed', picked[Number(element.dataset.cell)] === 0);
    return element;
}
