// Brushes on the axes of the parallel coordinates, for the pointer and for the keyboard.

/** Drag to keep a range, drag a range to move it, double-click to free the axis; the two handles are sliders for the keyboard. */
function brush({ dimension, x, y }, top, bottom) {
    const area = make('rect', { class: 'brush-area', x: x - 16, y: top - 8, width: 32, height: bottom - top + 16 });
    const box = make('rect', { class: 'brush-box', x: x - 8, width: 16, rx: 3, visibility: 'hidden' });
    const [low, high] = dimension.domain;
    const epsilon = (high - low || 1) * 1e-9;
    const range = () => chosen.brushes.get(dimension) ?? { low, high };
    const valueAtPixel = (pixel) => (pixel >= bottom - 0.5 ? low : pixel <= top + 0.5 ? high : y.invert(pixel));
    const keep = (a, b) => {
        const next = { low: Math.max(low, Math.min(a, b)) - epsilon, high: Math.min(high, Math.max(a, b)) + epsilon };
        setBrush(dimension, next.low <= low && next.high >= high ? null : next);
    };
    const handle = (end) =>
        make('circle', {
            class: 'handle',
            cx: x,
            r: 6,
            tabindex: 0,
            role: 'slider',
            'aria-orientation': 'vertical',
            'aria-label': `${dimension.name}, ${end === 'low' ? 'lowest' : 'highest'} kept`,
            'aria-valuemin': low,
            'aria-valuemax': high,
            onkeydown: (event) => {
                const next = stepped(dimension, y, range()[end], event.key, top, bottom);
                if (next === null) return;
                event.preventDefault();
                if (event.key === 'Escape') setBrush(dimension, null);
                else if (end === 'low') keep(Math.min(next, range().high), range().high);
                else keep(range().low, Math.max(next, range().low));
            },
        });
    const handles = { low: handle('low'), high: handle('high') };
    const show = () => {
        const now = range();
        const [from, to] = [y(Math.max(low, now.low)), y(Math.min(high, now.high))];
        box.setAttribute('visibility', chosen.brushes.has(dimension) ? 'visible' : 'hidden');
        box.setAttribute('y', Math.min(from, to) - 2);
        box.setAttribute('height', Math.abs(from - to) + 4);
        for (const end of ['low', 'high']) {
            handles[end].setAttribute('cy', end === 'low' ? from : to);
            handles[end].setAttribute('aria-valuenow', Math.max(low, Math.min(high, now[end])));
            handles[end].setAttribute('aria-valuetext', dimension.text(Math.max(low, Math.min(high, now[end]))));
        }
    };
    const group = make('g', { class: 'brush', 'data-dimension': dimension.key }, area, box, handles.high, handles.low);
    dragBrush(group, { top, bottom, range, keep, y, valueAtPixel, isBrushed: () => chosen.brushes.has(dimension) });
    group.addEventListener('dblclick', () => setBrush(dimension, null));
    return { group, show };
}

function dragBrush(group, { top, bottom, range, keep, y, valueAtPixel, isBrushed }) {
    group.addEventListener('pointerdown', (event) => {
        if (event.button !== 0) return;
        const origin = group.ownerSVGElement.getBoundingClientRect().top;
        const clampPixel = (pixel) => Math.max(top, Math.min(bottom, pixel));
        const start = clampPixel(event.clientY - origin);
        const [lowPixel, highPixel] = [y(range().low), y(range().high)];
        const isNear = (pixel) => Math.abs(start - pixel) <= 8;
        const moves = isBrushed() && start < lowPixel - 8 && start > highPixel + 8;
        const fixed = isBrushed() && isNear(lowPixel) ? highPixel : isBrushed() && isNear(highPixel) ? lowPixel : start;
        let hasMoved = false;
        const drag = (moved) => {
            const now = clampPixel(moved.clientY - origin);
            hasMoved ||= Math.abs(now - start) > 3;
            if (!hasMoved) return;
            const shift = Math.max(top - highPixel, Math.min(bottom - lowPixel, now - start));
            if (moves) keep(valueAtPixel(lowPixel + shift), valueAtPixel(highPixel + shift));
            else keep(valueAtPixel(fixed), valueAtPixel(now));
        };
        group.setPointerCapture(event.pointerId);
        group.addEventListener('pointermove', drag);
        group.addEventListener('lostpointercapture', () => group.removeEventListener('pointermove', drag), { once: true });
    });
}

/** Where a key takes a handle: to the next value of an axis of few, else by a fiftieth of the axis; null for other keys. */
function stepped(dimension, y, value, key, top, bottom) {
    const [low, high] = dimension.domain;
    const direction = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 }[key];
    if (key === 'Escape') return value;
    if (key === 'Home') return low;
    if (key === 'End') return high;
    if (!direction) return null;
    if (dimension.axis && dimension.axis.values.length <= 50) {
        const places = dimension.axis.values.map((_, at) => dimension.axis.numbers?.[at] ?? at).sort((a, b) => a - b);
        const margin = (high - low) * 1e-6;
        return (
            (direction > 0 ? places.find((place) => place > value + margin) : places.findLast((place) => place < value - margin)) ??
            (direction > 0 ? high : low)
        );
    }
    return Math.max(low, Math.min(high, y.invert(y(value) - (direction * (bottom - top)) / 50)));
}
