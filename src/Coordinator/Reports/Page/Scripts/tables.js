// The best cells, and those that were stopped or failed.

const best = { count: 10, sort: 'rank', isDown: false };

const bestColumns = [
    { key: 'rank', name: '#', of: (cell) => cell.rank, text: (cell) => cell.rank },
    { key: 'score', name: 'score', of: (cell) => cell.score, text: (cell) => formatTerm(cell.score) },
    ...freeAxes.map((axis) => ({
        key: `axis-${axis.index}`,
        name: axis.name,
        of: (cell) => cell.at[axis.index],
        text: (cell) => axis.labels[cell.at[axis.index]],
    })),
    ...(freeAxes.length === 0 ? [{ key: 'label', name: 'picture', of: (cell) => cell.label, text: (cell) => cell.label }] : []),
    { key: 'contentTerm', name: 'content term', of: (cell) => cell.contentTerm, text: (cell) => formatTerm(cell.contentTerm) },
    { key: 'styleTerm', name: 'style term', of: (cell) => cell.styleTerm, text: (cell) => formatTerm(cell.styleTerm) },
    { key: 'total', name: 'total loss', of: (cell) => cell.total, text: (cell) => format(cell.total) },
    { key: 'seconds', name: 'time', of: (cell) => cell.seconds, text: (cell) => formatDuration(cell.seconds) },
].filter((column) => ranked.some((cell) => column.of(cell) !== null));

/** Numbers by size, text by the alphabet, what is unknown last either way. */
function compareBy({ of }, isDown) {
    const isMissing = (value) => value === null || Number.isNaN(value);
    return (a, b) => {
        const [left, right] = [of(a), of(b)];
        if (isMissing(left) || isMissing(right)) return isMissing(left) - isMissing(right) || a.rank - b.rank;
        const order = typeof left === 'string' ? left.localeCompare(right) : left === right ? 0 : left < right ? -1 : 1;
        return (isDown ? -order : order) || a.rank - b.rank;
    };
}

function drawBest() {
    const column = bestColumns.find(({ key }) => key === best.sort);
    const rows = ranked.slice(0, best.count).sort(compareBy(column, best.isDown));
    const focused = document.activeElement?.dataset?.sort;
    const header = bestColumns.map(({ key, name }) =>
        make(
            'th',
            { scope: 'col', 'aria-sort': key !== best.sort ? null : best.isDown ? 'descending' : 'ascending' },
            make(
                'button',
                { type: 'button', 'data-sort': key, onclick: () => sortBest(key) },
                name,
                make('span', { 'aria-hidden': 'true' }, key !== best.sort ? '' : best.isDown ? ' ↓' : ' ↑'),
            ),
        ),
    );
    byId('best-table').replaceChildren(
        make(
            'table',
            { class: 'rows' },
            make('thead', {}, make('tr', {}, make('th', {}, make('span', { class: 'sr' }, 'picture')), header)),
            make(
                'tbody',
                {},
                rows.map((cell) =>
                    dim(
                        make(
                            'tr',
                            { 'data-cell': cell.index },
                            make('td', {}, opener(cell, rows)),
                            bestColumns.map((each) =>
                                make('td', { class: typeof each.of(cell) === 'number' ? 'number' : null }, each.text(cell)),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    );
    if (focused) byId('best-table').querySelector(`[data-sort="${focused}"]`)?.focus();
}

function sortBest(key) {
    best.isDown = best.sort === key && !best.isDown;
    best.sort = key;
    drawBest();
}

const opener = (cell, order) =>
    make(
        'button',
        { type: 'button', class: 'mini', onclick: () => openViewer(cell, order), 'aria-label': `Open ${cell.label}` },
        thumbnail(cell),
    );

function startBest() {
    if (ranked.length === 0 && located.length === 0) return;
    byId('best').hidden = false;
    if (located.length === 0) {
        byId('best-title').textContent = 'Best cells';
        byId('best-hint').textContent = 'Lowest balanced score first.';
    }
    if (ranked.length === 0) return byId('best-card').remove();
    const counts = [5, 10, 20, 50, 100].filter((count) => count < ranked.length);
    best.count = Math.min(10, ranked.length);
    if (counts.length > 0)
        byId('best-controls').append(
            select('Best', [...counts.map((count) => [count, count]), [ranked.length, `all ${ranked.length}`]], best.count, (value) => {
                best.count = Number(value);
                drawBest();
            }),
        );
    drawBest();
}

function startProblems() {
    const troubled = [...cells.filter((cell) => cell.state === 'failed'), ...cells.filter((cell) => cell.state === 'stopped')];
    if (troubled.length === 0) return;
    byId('problems').hidden = false;
    const stopped = troubled.filter((cell) => cell.state === 'stopped').length;
    byId('problems-hint').textContent = `${troubled.length - stopped} failed, ${stopped} stopped early to spend the time on better cells.`;
    byId('problem-table').append(
        make(
            'table',
            { class: 'rows' },
            make(
                'thead',
                {},
                make(
                    'tr',
                    {},
                    ['', 'cell', 'what happened', 'reason'].map((name) =>
                        make('th', { scope: 'col' }, name || make('span', { class: 'sr' }, 'picture')),
                    ),
                ),
            ),
            make(
                'tbody',
                {},
                troubled.map((cell) =>
                    dim(
                        make(
                            'tr',
                            { 'data-cell': cell.index },
                            make('td', {}, opener(cell, troubled)),
                            make('td', { class: 'who' }, cell.label),
                            make('td', { class: 'nowrap' }, make('i', { class: `dot ${cell.state}` }), stateText(cell)),
                            make(
                                'td',
                                { class: 'reason' },
                                cell.error || (cell.state === 'stopped' ? 'others did better at this rung' : 'no reason was recorded'),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    );
}
