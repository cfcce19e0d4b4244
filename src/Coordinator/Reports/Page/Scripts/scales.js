// Scales from values to pixels, their ticks, and the tones by which cells are told apart.

function linearScale(low, high, from, to) {
    const span = high - low || 1;
    const scale = (value) => from + ((value - low) / span) * (to - from);
    scale.invert = (pixel) => low + ((pixel - from) / (to - from)) * span;
    scale.ticks = (count) => {
        const raw = span / Math.max(1, count);
        const power = 10 ** Math.floor(Math.log10(raw));
        const step = [1, 2, 5, 10].find((factor) => factor * power >= raw * 0.999) * power;
        const ticks = [];
        for (let tick = Math.ceil(low / step - 1e-9); tick * step <= high + step * 1e-9; tick++)
            ticks.push(Number((tick * step).toPrecision(12)));
        return ticks;
    };
    return scale;
}

function logScale(low, high, from, to) {
    const inner = linearScale(Math.log10(low), Math.log10(high), from, to);
    const scale = (value) => inner(Math.log10(value));
    scale.invert = (pixel) => 10 ** inner.invert(pixel);
    scale.ticks = (count) => {
        const decades = Math.log10(high / low);
        const factors = decades < 1.2 ? [1, 2, 3, 5, 7] : decades < 2.5 ? [1, 3] : [1];
        for (let every = Math.ceil(decades / count); every >= 1; every--) {
            const ticks = [];
            for (let power = Math.floor(Math.log10(low) / every) * every; power <= Math.log10(high); power += every)
                for (const factor of factors) ticks.push(Number((factor * 10 ** power).toPrecision(12)));
            const inside = ticks.filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);
            if (inside.length > 1) return inside;
        }
        return linearScale(low, high, 0, 1).ticks(count);
    };
    return scale;
}

/** Lowest and highest finite value; null when there is none. */
function extent(values) {
    let low = Infinity,
        high = -Infinity;
    for (const value of values) {
        if (!isKnown(value)) continue;
        if (value < low) low = value;
        if (value > high) high = value;
    }
    return low <= high ? [low, high] : null;
}

const toneCount = 8;
const hueCount = 10;
/** All classes that colour a cell, worst first. */
const toneClasses = [
    'tone-none',
    ...Array.from({ length: toneCount }, (_, at) => `tone-${toneCount - 1 - at}`),
    ...Array.from({ length: hueCount }, (_, at) => `hue-${at}`),
];

/** What can colour the cells: the score, and each axis. */
const tones = [
    ...(ranked.length > 0 ? [{ key: 'score', name: 'balanced score', range: extent(ranked.map((cell) => cell.score)) }] : []),
    ...freeAxes.map((axis) => ({ key: `axis-${axis.index}`, name: axis.name, axis })),
];

/** The class that colours a cell: a ramp for what is ordered, distinct hues for what is not. */
function toneClass(cell, tone) {
    if (!tone) return 'tone-0';
    if (tone.key === 'score') return cell.rank > 0 ? rampClass(cell.score, ...tone.range) : 'tone-none';
    const { axis } = tone;
    const place = cell.at[axis.index];
    return axis.numbers ? rampClass(place, 0, axis.values.length - 1) : `hue-${place % hueCount}`;
}

const rampClass = (value, low, high) => `tone-${Math.min(toneCount - 1, Math.floor(((value - low) / (high - low || 1)) * toneCount))}`;

/** The key to the colours of a tone. */
function toneKey(tone) {
    if (!tone) return '';
    if (tone.axis && !tone.axis.numbers)
        return make(
            'span',
            { class: 'key' },
            tone.axis.labels
                .slice(0, hueCount)
                .map((text, place) => make('span', { class: 'entry' }, make('i', { class: `hue-${place}` }), text)),
        );
    const [low, high] = tone.axis ? [tone.axis.labels[0], tone.axis.labels.at(-1)] : tone.range.map(formatTerm);
    return make(
        'span',
        { class: 'key' },
        low,
        make(
            'span',
            { class: 'ramp', 'aria-hidden': 'true' },
            Array.from({ length: toneCount }, (_, step) => make('i', { class: `tone-${step}` })),
        ),
        high,
        tone.axis ? null : ' (lower is better)',
    );
}
