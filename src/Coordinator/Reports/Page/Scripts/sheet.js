// The contact sheet: any two axes as rows and columns, a choice or all of the others, and the timeline of checkpoints.

const sheet = byId('sheet');
const all = -1, none = -1;
const layout = { rows: none, columns: none, filters: new Map(), order: 'best' };

function chooseLayout() {
    const handy = freeAxes.filter((axis) => axis.values.length <= 24);
    // A grid that most cells do not fall on (a random search) shows less than a plain list.
    const columns = handy.filter((axis) => axis.numbers).sort((a, b) => b.values.length - a.values.length)[0] ?? handy.at(-1);
    const rest = handy.filter((axis) => axis !== columns);
    const rows = rest.find((axis) => axis.pictures.some(Boolean)) ?? rest.sort((a, b) => b.values.length - a.values.length)[0];
    const isGrid = columns && freeAxes.reduce((product, axis) => product * axis.values.length, 1) <= cells.length * 4;
    layout.columns = isGrid ? columns.index : none;
    layout.rows = isGrid && rows ? rows.index : none;
    layout.order = ranked.length > 0 && freeAxes.length > 0 ? 'best' : 'job';
    for (const axis of freeAxes) layout.filters.set(axis.index, isGrid && ranked.length > 0 ? ranked[0].at[axis.index] : all);
}

const isOpen = (axis) => axis.index !== layout.rows && axis.index !== layout.columns;
const shown = () => cells.filter((cell) => freeAxes.every((axis) =>
    !isOpen(axis) || layout.filters.get(axis.index) === all || layout.filters.get(axis.index) === cell.at[axis.index]));

function drawControls() {
    const controls = byId('sheet-controls');
    const focused = controls.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    const axisOptions = [[none, 'nothing'], ...freeAxes.map((axis) => [axis.index, axis.name])];
    const place = (field, other) => (value) => {
        const before = layout[field];
        layout[field] = Number(value);
        if (layout[field] !== none && layout[other] === layout[field]) layout[other] = before;
        drawSheet();
    };
    const swap = () => {
        [layout.rows, layout.columns] = [layout.columns, layout.rows];
        drawSheet();
    };
    controls.replaceChildren(...freeAxes.length === 0 || cells.length === 0 ? [] : [
        select('Rows', axisOptions, layout.rows, place('rows', 'columns'), { 'data-name': 'rows' }),
        button('⇄', swap, { class: 'button icon', 'aria-label': 'Swap rows and columns', title: 'Swap rows and columns', 'data-name': 'swap' }),
        select('Columns', axisOptions, layout.columns, place('columns', 'rows'), { 'data-name': 'columns' }),
    ], ...freeAxes.filter((axis) => isOpen(axis) && cells.length > 0).map((axis) => select(axis.name, [[all, 'all'], ...axis.labels.map((label, at) => [at, label])],
        layout.filters.get(axis.index), (value) => { layout.filters.set(axis.index, Number(value)); drawSheet(); }, { 'data-name': `filter-${axis.name}` })),
    ...layout.rows === none && layout.columns === none && ranked.length > 0 && cells.length > 1
        ? [select('Order', [['best', 'best first'], ['job', 'as submitted']], layout.order, (value) => { layout.order = value; drawSheet(); }, { 'data-name': 'order' })]
        : []);
    if (focused) [...controls.querySelectorAll('[data-name]')].find((control) => control.dataset.name === focused)?.focus();
}

function drawSheet() {
    drawControls();
    const here = shown();
    byId('pictures-hint').textContent = here.length === cells.length ? '' : `${here.length.toLocaleString('en')} of ${plural(cells.length, 'cell')}; the others differ in ${
        freeAxes.filter((axis) => isOpen(axis) && layout.filters.get(axis.index) !== all).map((axis) => axis.name).join(', ')}.`;
    sheet.replaceChildren(cells.length === 0 ? make('p', { class: 'empty' }, 'This job has no cells yet.')
        : layout.rows === none && layout.columns === none ? drawList(here) : drawGrid(here));
    // One stop for the tab key; the arrow keys do the rest.
    sheet.querySelectorAll('.thumb').forEach((thumb, at) => { thumb.tabIndex = at === 0 ? 0 : -1; });
}

function drawList(here) {
    const byRank = (a, b) => (a.rank || Infinity) - (b.rank || Infinity) || a.index - b.index;
    return make('div', { class: 'list' }, (layout.order === 'best' ? [...here].sort(byRank) : here).map((cell) => thumb(cell, cell.label)));
}

function drawGrid(here) {
    const rowAxis = axes[layout.rows], columnAxis = axes[layout.columns];
    const slots = new Map();
    for (const cell of here) {
        const key = `${rowAxis ? cell.at[rowAxis.index] : 0}/${columnAxis ? cell.at[columnAxis.index] : 0}`;
        slots.set(key, [...slots.get(key) ?? [], cell]);
    }
    const columns = columnAxis ? columnAxis.values.length : 1;
    const table = make('table', { class: 'grid', style: { '--columns': columns } });
    const head = make('tr', {}, rowAxis ? make('td', { class: 'corner' }, axisNames(rowAxis, columnAxis)) : null,
        Array.from({ length: columns }, (_, at) => columnAxis ? heading(columnAxis, at, 'col', !rowAxis && at === 0) : null));
    if (columnAxis) table.append(make('thead', {}, head));
    table.append(make('tbody', {}, Array.from({ length: rowAxis ? rowAxis.values.length : 1 }, (_, row) => make('tr', {},
        rowAxis ? heading(rowAxis, row, 'row', !columnAxis && row === 0) : null,
        Array.from({ length: columns }, (_, column) => slot(slots.get(`${row}/${column}`) ?? []))))));
    return table;
}

const axisNames = (rowAxis, columnAxis) => [columnAxis ? make('span', { class: 'name' }, `→ ${columnAxis.name}`) : null, make('span', { class: 'name' }, `↓ ${rowAxis.name}`)];

function heading(axis, at, scope, namesAxis) {
    const picture = axis.pictures[at];
    return make('th', { scope, title: axis.values[at] },
        picture ? make('img', { src: pictureUri(picture), alt: '', class: 'source' }) : null,
        make('span', { class: 'value' }, namesAxis ? make('span', { class: 'name' }, `${axis.name} `) : make('span', { class: 'sr' }, `${axis.name} `), axis.labels[at]));
}

const slot = (here) => make('td', {}, here.length === 0 ? make('span', { class: 'hole', 'aria-label': 'no such cell' })
    : make('div', { class: here.length > 1 ? 'many' : 'one' }, here.map((cell) => thumb(cell, null, here.length > 1))));

/** A picture with its score and state below; opens the large view. */
function thumb(cell, caption, isBrief) {
    return dim(make('button', { type: 'button', class: `thumb ${cell.state}`, 'data-cell': cell.index, title: cell.label, onclick: () => openViewer(cell, null) },
        thumbnail(cell),
        cell.rank > 0 && cell.rank <= 3 && ranked.length > 3 ? make('span', { class: 'rank' }, make('span', { class: 'sr' }, 'rank '), cell.rank) : null,
        make('span', { class: 'caption' },
            caption ? make('span', { class: 'label' }, caption) : make('span', { class: 'sr' }, cell.label),
            make('span', { class: 'facts' },
                cell.rank > 0 ? make('span', { class: 'score' }, formatTerm(cell.score)) : null,
                cell.front ? make('span', { class: 'mark', title: 'on the Pareto front' }, '◆') : null,
                cell.state !== 'finished' ? make('span', { class: 'state' }, make('i', { class: `dot ${cell.state}` }), isBrief ? cell.state : stateText(cell)) : null))));
}

/** The cell beside, above or below another as the sheet lies on the screen, or null. */
function neighbour(cell, key) {
    const thumbs = [...sheet.querySelectorAll('.thumb')].map((element) => ({ element, box: element.getBoundingClientRect() }));
    const at = thumbs.findIndex(({ element }) => Number(element.dataset.cell) === cell.index);
    if (at < 0) return null;
    const to = key === 'ArrowRight' ? thumbs[at + 1] : key === 'ArrowLeft' ? thumbs[at - 1]
        : key === 'Home' ? thumbs[0] : key === 'End' ? thumbs.at(-1) : aboveOrBelow(thumbs, thumbs[at].box, key === 'ArrowDown' ? 1 : -1);
    return to ? cells[Number(to.element.dataset.cell)] : null;
}

function aboveOrBelow(thumbs, from, direction) {
    const distance = ({ box }) => Math.abs(box.top - from.top) * 4 + Math.abs(box.left - from.left);
    return thumbs.filter(({ box }) => (box.top - from.top) * direction > 4).sort((a, b) => distance(a) - distance(b))[0];
}

const thumbOf = (cell) => sheet.querySelector(`.thumb[data-cell="${cell.index}"]`);

function focusThumb(cell) {
    const target = thumbOf(cell);
    if (!target) return;
    sheet.querySelectorAll('.thumb[tabindex="0"]').forEach((thumb) => { thumb.tabIndex = -1; });
    target.tabIndex = 0;
    target.focus();
}

const moveKeys = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'];
sheet.addEventListener('keydown', (event) => {
    const from = event.target.closest?.('.thumb');
    if (!from || !moveKeys.includes(event.key) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const to = neighbour(cells[Number(from.dataset.cell)], event.key);
    if (to) focusThumb(to);
});

function drawTimeline() {
    if (allSteps.length < 2) return;
    const timeline = byId('timeline');
    const text = make('output', { class: 'step', for: 'step' });
    const slider = make('input', { type: 'range', id: 'step', min: 0, max: allSteps.length - 1, value: chosen.stepAt, oninput: () => { setStep(Number(slider.value)); stop(); } });
    const play = button('', () => playing ? stop() : start(), { class: 'button icon play' });
    let playing = null;
    const start = () => {
        if (chosen.stepAt === allSteps.length - 1) setStep(0);
        playing = setInterval(() => { if (chosen.stepAt === allSteps.length - 1) stop(); else setStep(chosen.stepAt + 1); }, 700);
        show();
    };
    const stop = () => {
        clearInterval(playing);
        playing = null;
        show();
    };
    const show = () => {
        slider.value = chosen.stepAt;
        slider.style.setProperty('--done', `${100 * chosen.stepAt / (allSteps.length - 1)}%`);
        slider.setAttribute('aria-valuetext', `step ${currentStep()}`);
        text.textContent = currentStep().toLocaleString('en');
        play.textContent = playing ? '❚❚' : '►';
        play.setAttribute('aria-label', playing ? 'Stop' : 'Play the checkpoints');
    };
    timeline.append(play, make('label', { for: 'step' }, 'Step'), slider, text);
    timeline.hidden = false;
    on('step', show);
    show();
}

