// A line chart over steps with a crosshair for the pointer and the arrow keys.

/**
 * Draws into a host. Series: {name, hue, steps, values, dashed}. What is not finite (or, on a logarithm, not positive) leaves a gap.
 * Calls `onRead(index of the step, or null)` as the crosshair moves, with the steps of the chart.
 */
function lineChart(host, { width, height, series, isLog, label, onRead }) {
    const margin = { top: 10, right: 12, bottom: 40, left: 52 };
    const canShow = (value) => isKnown(value) && (!isLog || value > 0);
    const steps = [...new Set(series.flatMap((line) => line.steps))].sort((a, b) => a - b);
    const range = extent(series.flatMap((line) => line.values.filter(canShow)));
    if (!range) return host.replaceChildren(make('p', { class: 'empty' }, 'Nothing here can be drawn: no finite values.'));
    const [low, high] = padded(range, isLog);
    const x = linearScale(steps[0], steps.at(-1) === steps[0] ? steps[0] + 1 : steps.at(-1), margin.left, width - margin.right);
    const y = (isLog ? logScale : linearScale)(low, high, height - margin.bottom, margin.top);
    const crosshair = make('line', { class: 'crosshair', y1: margin.top, y2: height - margin.bottom, visibility: 'hidden' });
    const dots = make('g', {});
    const drawing = make(
        'svg',
        {
            width,
            height,
            viewBox: `0 0 ${width} ${height}`,
            role: 'img',
            tabindex: 0,
            'aria-label': `${label}: ${plural(series.length, 'line')} over steps ${steps[0]} to ${steps.at(-1)}`,
        },
        y
            .ticks(height < 200 ? 3 : 5)
            .map((tick) =>
                make(
                    'g',
                    { class: 'tick' },
                    make('line', { x1: margin.left, x2: width - margin.right, y1: y(tick), y2: y(tick) }),
                    make('text', { x: margin.left - 8, y: y(tick), dy: '.32em', 'text-anchor': 'end' }, format(tick)),
                ),
            ),
        x
            .ticks(Math.max(2, Math.floor(width / 90)))
            .filter(Number.isInteger)
            .map((tick) => make('text', { class: 'tick-text', x: x(tick), y: height - margin.bottom + 17, 'text-anchor': 'middle' }, tick)),
        make('text', { class: 'axis-name', x: width - margin.right, y: height - 4, 'text-anchor': 'end' }, 'step →'),
        series.map((line) => make('path', { class: `line ${line.hue}${line.dashed ? ' dashed' : ''}`, d: linePath(line, x, y, canShow) })),
        crosshair,
        dots,
    );

    let at = -1;
    const read = (next) => {
        at = next;
        const isOn = at >= 0;
        crosshair.setAttribute('visibility', isOn ? 'visible' : 'hidden');
        dots.replaceChildren();
        if (isOn) {
            crosshair.setAttribute('x1', x(steps[at]));
            crosshair.setAttribute('x2', x(steps[at]));
            for (const line of series) {
                const value = valueAt(line, steps[at]);
                if (canShow(value)) dots.append(make('circle', { class: line.hue, cx: x(steps[at]), cy: y(value), r: 3.5 }));
            }
        }
        onRead?.(isOn ? steps[at] : null);
    };
    const nearest = (step) =>
        steps.reduce((best, candidate, index) => (Math.abs(candidate - step) < Math.abs(steps[best] - step) ? index : best), 0);
    drawing.addEventListener('pointermove', (event) => read(nearest(x.invert(event.clientX - drawing.getBoundingClientRect().left))));
    drawing.addEventListener('pointerleave', () => read(-1));
    drawing.addEventListener('blur', () => read(-1));
    drawing.addEventListener('keydown', (event) => {
        const next = { ArrowLeft: at < 0 ? steps.length - 1 : at - 1, ArrowRight: at + 1, Home: 0, End: steps.length - 1 }[event.key];
        if (next === undefined) return;
        event.preventDefault();
        read(Math.max(0, Math.min(steps.length - 1, next)));
    });
    host.replaceChildren(drawing);
}

/** The value of the last point at or before a step; null before the first. */
function valueAt(line, step) {
    let value = null;
    for (let at = 0; at < line.steps.length && line.steps[at] <= step; at++) value = line.values[at];
    return line.steps.at(-1) < step ? null : value;
}

function padded([low, high], isLog) {
    if (isLog) return low === high ? [low / 2, high * 2] : [low / (high / low) ** 0.04, high * (high / low) ** 0.04];
    const room = (high - low || Math.abs(high) || 1) * 0.05;
    return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

function linePath(line, x, y, canShow) {
    let path = '',
        isDown = false;
    line.values.forEach((value, at) => {
        const shows = canShow(value);
        if (shows) path += `${isDown ? 'L' : 'M'}${x(line.steps[at]).toFixed(1)} ${y(value).toFixed(1)}`;
        isDown = shows;
    });
    return path;
}
