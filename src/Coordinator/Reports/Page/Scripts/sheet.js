// The contact sheet: any two axes as rows and columns, a choice or all of the others.

const sheet = byId('sheet');

function drawSheet() {
    drawControls();
    const here = shown();
    const differing = freeAxes.filter(isChosen).map((axis) => axis.name);
    byId('pictures-hint').textContent =
        differing.length === 0
            ? ''
            : `${here.length.toLocaleString('en')} of ${plural(cells.length, 'cell')}; the others differ in ${differing.join(', ')}.`;
    sheet.replaceChildren(
        cells.length === 0 ? make('p', { class: 'empty' }, 'This job has no cells yet.') : isList() ? drawList(here) : drawGrid(here),
    );
    // One stop for the tab key; the arrow keys do the rest.
    for (const thumb of sheet.querySelectorAll('.thumb')) thumb.tabIndex = -1;
    const first = sheet.querySelector('.thumb');
    if (first) first.tabIndex = 0;
}

function drawList(here) {
    const byRank = (a, b) => (a.rank || Infinity) - (b.rank || Infinity) || a.index - b.index;
    return make(
        'div',
        { class: 'list' },
        (layout.order === 'best' ? [...here].sort(byRank) : here).map((cell) => thumb(cell, cell.label)),
    );
}

function drawGrid(here) {
    const [rowAxis, columnAxis] = [axes[layout.rows], axes[layout.columns]];
    const slots = new Map();
    for (const cell of here) {
        const key = `${rowAxis ? cell.at[rowAxis.index] : 0}/${columnAxis ? cell.at[columnAxis.index] : 0}`;
        slots.set(key, [...(slots.get(key) ?? []), cell]);
    }
    const places = (axis) => (axis ? [...axis.values.keys()] : [0]);
    const columns = places(columnAxis);
    const head = make(
        'tr',
        {},
        rowAxis ? make('td', { class: 'corner' }, axisNames(rowAxis, columnAxis)) : null,
        columnAxis ? columns.map((at) => heading(columnAxis, at, 'col', !rowAxis && at === 0)) : null,
    );
    const rows = places(rowAxis).map((row) =>
        make(
            'tr',
            {},
            rowAxis ? heading(rowAxis, row, 'row', !columnAxis && row === 0) : null,
            columns.map((column) => slot(slots.get(`${row}/${column}`) ?? [])),
        ),
    );
    const attributes = { class: 'grid', style: { '--columns': columns.length } };
    return make('table', attributes, columnAxis ? make('thead', {}, head) : null, make('tbody', {}, rows));
}

const axisNames = (rowAxis, columnAxis) => [
    columnAxis ? make('span', { class: 'name' }, `→ ${columnAxis.name}`) : null,
    make('span', { class: 'name' }, `↓ ${rowAxis.name}`),
];

function heading(axis, at, scope, namesAxis) {
    const picture = axis.pictures[at];
    return make(
        'th',
        { scope, title: axis.values[at] },
        picture ? make('img', { src: pictureUri(picture), alt: '', class: 'source' }) : null,
        make(
            'span',
            { class: 'value' },
            namesAxis ? make('span', { class: 'name' }, `${axis.name} `) : make('span', { class: 'sr' }, `${axis.name} `),
            axis.labels[at],
        ),
    );
}

function slot(here) {
    if (here.length === 0) return make('td', {}, make('span', { class: 'hole' }, make('span', { class: 'sr' }, 'no such cell')));
    if (here.length === 1) return make('td', {}, thumb(here[0]));
    const labelOf = labelsAmong(here);
    return make(
        'td',
        {},
        make(
            'div',
            { class: 'many' },
            here.map((cell) => thumb(cell, labelOf(cell), true)),
        ),
    );
}

/** A picture with its score and state below; opens the large view. */
function thumb(cell, label, isBrief) {
    const hasMedal = cell.rank > 0 && cell.rank <= 3 && ranked.length > 3;
    const attributes = { type: 'button', class: `thumb ${cell.state}`, 'data-cell': cell.index, title: cell.label };
    return dim(
        make(
            'button',
            { ...attributes, onclick: () => openViewer(cell, null) },
            thumbnail(cell),
            hasMedal ? make('span', { class: 'rank' }, make('span', { class: 'sr' }, 'rank '), cell.rank) : null,
            make(
                'span',
                { class: 'caption' },
                make('span', { class: label ? 'label' : 'sr' }, label ?? cell.label),
                thumbFacts(cell, isBrief),
            ),
        ),
    );
}

const thumbFacts = (cell, isBrief) =>
    make(
        'span',
        { class: 'facts' },
        cell.rank > 0 ? make('span', { class: 'score' }, formatTerm(cell.score)) : null,
        cell.front ? make('span', { class: 'mark', title: 'on the Pareto front' }, '◆') : null,
        cell.state === 'finished'
            ? null
            : make('span', { class: 'state' }, make('i', { class: `dot ${cell.state}` }), isBrief ? cell.state : stateText(cell)),
    );
